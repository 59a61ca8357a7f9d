/** The first layer of a ResNet, drawn as a shape: it is computed, forward, and no cell of it is drawn. */
import type { Tensor } from "../../core/graph";
import { wholeNumbers } from "../../core/random";
import { size } from "../../core/shape";
import type { Feed, Lesson } from "../../story/station";
import type { Setting } from "./setting";
import { stem, type Stem } from "./stem-model";
import { act, picture } from "./stem-picture";
import { claims, passages } from "./stem-words";

const built = new WeakMap<Lesson, Stem>();

/** The lesson of the shape mode. Throws the ShapeError of conv2d. */
export function stemLesson(setting: Setting): Lesson {
  const s = stem(setting);
  const { I, F, b, O, forward } = s;
  const asked = claims(s);
  const lesson: Lesson = {
    tape: s.tape,
    phases: () => [{ name: "forward", current: "data", acts: [act(s)] }],
    claims: asked,
    passages: passages(s, asked),
    editable: [],
    shown: () => [I, F, b, O].map((tensor) => ({ tensor })),
    groups: { values: [I, F, b], outputs: [O], gradients: [] },
    opens: forward,
    picture: () => picture(s),
  };
  built.set(lesson, s);
  return lesson;
}

/** Numbers by the seed. */
export function stemFeed(lesson: Lesson, seed: number): Feed {
  const { I, F, b } = built.get(lesson)!;
  const draw = (tensor: Tensor, salt: number): [Tensor, Float32Array] => [
    tensor,
    wholeNumbers(seed * 1000 + salt, size(tensor.shape), -2, 3),
  ];
  return new Map([draw(I, 1), draw(F, 2), [b, new Float32Array(size(b.shape))]]);
}
