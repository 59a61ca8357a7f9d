/** What is seen of a frame of 8 × 6 units that fills the picture, by shares of it. */
import { seenAs, Seen, type World } from "./scene-picture";

export class Shot extends Seen {
  readonly #theme: World["theme"];
  readonly #unit: number;
  readonly #width: number;
  readonly #height: number;

  constructor(stage: World) {
    super(stage);
    this.#theme = stage.theme;
    // The frame stands in the middle, with the camera's air around it.
    const { span } = stage.stage.camera.state();
    [this.#width, this.#height] = [this.image.width, this.image.height];
    this.#unit = this.#height / span;
  }

  /** Pixels of a place, as shares of the frame. */
  place(across: number, up: number): [number, number] {
    return [this.#width / 2 + (8 * across - 4) * this.#unit, this.#height / 2 - (6 * up - 3) * this.#unit];
  }

  share(across: number, up: number): number[] {
    return this.at(...this.place(across, up));
  }

  /** Whether a pixel is of a colour, all channels within rounding. */
  has(across: number, up: number, token: "data" | "gradient" | "surface-canvas"): boolean {
    return isColour(this.share(across, up), seenAs(this.#theme[token]));
  }

  /** How many pixels of the picture are of a colour. */
  count(token: "data" | "gradient"): number {
    const wanted = seenAs(this.#theme[token]);
    const { data } = this.image;
    let n = 0;
    for (let i = 0; i < data.length; i += 4) if (isColour([data[i], data[i + 1], data[i + 2]], wanted)) n++;
    return n;
  }
}

export const isColour = (seen: readonly number[], wanted: readonly number[]): boolean =>
  seen.every((channel, i) => Math.abs(channel - wanted[i]) <= 1);
