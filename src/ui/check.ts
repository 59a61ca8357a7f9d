/** The page's side of the worker: questions go out with numbers, answers come back to whoever asked. */
import type { Answers, Checked, Envelope, Reply, Request } from "./check.worker";

type Kind = Request["kind"];
type Of<K extends Kind> = Extract<Request, { kind: K }>;

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
  readonly hear: ((soFar: Checked) => void) | undefined;
}

export class Checker {
  readonly #worker = new Worker(new URL("./check.worker.ts", import.meta.url), { type: "module" });
  readonly #waiting = new Map<number, Waiting>();
  #number = 0;

  constructor() {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => this.#receive(data));
  }

  /** Asks, and resolves with the answer; rejects with the worker's error under its own name. A long check is heard of on its way. */
  ask<K extends Kind>(request: Of<K>, hear?: (soFar: Checked) => void): Promise<Answers[K]> {
    const number = ++this.#number;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve: (answer) => resolve(answer as Answers[K]), reject, hear });
      this.#worker.postMessage({ number, request } satisfies Envelope);
    });
  }

  #receive(reply: Reply): void {
    const waiting = this.#waiting.get(reply.number);
    if ("soFar" in reply) return waiting?.hear?.(reply.soFar);
    this.#waiting.delete(reply.number);
    if ("error" in reply) waiting?.reject(Object.assign(new Error(reply.error.message), { name: reply.error.name }));
    else waiting?.resolve(reply.answer);
  }
}
