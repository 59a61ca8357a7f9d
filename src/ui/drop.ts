/** A file that is dropped onto the stage. */

export interface DropActions {
  /** Whether a file would be taken now. */
  readonly wanted: () => boolean;
  readonly take: (file: File) => void;
}

const holdsFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;

/** Listens to the stage, which is framed while a file hovers over it. */
export function listenDrop(stage: HTMLElement, { wanted, take }: DropActions): void {
  const frame = (on: boolean): void => void stage.classList.toggle("takes-file", on);
  const over = (event: DragEvent): void => {
    if (!holdsFile(event) || !wanted()) return;
    // Else the browser would open the file in the page's place.
    event.preventDefault();
    frame(true);
  };
  stage.addEventListener("dragenter", over);
  stage.addEventListener("dragover", over);
  stage.addEventListener("dragleave", () => frame(false));
  stage.addEventListener("drop", (event) => {
    frame(false);
    const [file] = event.dataTransfer?.files ?? [];
    if (!file || !wanted()) return;
    event.preventDefault();
    take(file);
  });
}
