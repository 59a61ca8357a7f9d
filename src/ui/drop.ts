/** A file that is dropped onto the page. */

export interface DropActions {
  /** Whether a file would be taken now. */
  readonly wanted: () => boolean;
  readonly take: (file: File) => void;
}

const holdsFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;

/**
 * Listens to the whole page, since the browser would open a file that falls beside the stage in the page's place. The
 * stage is framed while a file hovers over the page and would be taken.
 */
export function listenDrop(stage: HTMLElement, { wanted, take }: DropActions): void {
  const page = stage.ownerDocument;
  const frame = (on: boolean): void => void stage.classList.toggle("takes-file", on);
  const over = (event: DragEvent): void => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    if (event.dataTransfer && !wanted()) event.dataTransfer.dropEffect = "none";
    frame(wanted());
  };
  page.addEventListener("dragenter", over);
  page.addEventListener("dragover", over);
  // Only what leaves the window goes nowhere; else it enters the next element.
  page.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) frame(false);
  });
  page.addEventListener("drop", (event) => {
    frame(false);
    if (!holdsFile(event)) return;
    event.preventDefault();
    const [file] = event.dataTransfer?.files ?? [];
    if (file && wanted()) take(file);
  });
}
