/** The worker's shift: long work gives way to what is asked later, and is laid down for good where it is dropped. */
import { describe, expect, it } from "vitest";
import type { Work } from "../../src/core/work";
import { Shift, type Job } from "../../src/ui/shift";

/** Turns that take about a millisecond each. */
function* turning(turns: number, log: string[], name: string): Work<string> {
  for (let turn = 0; turn < turns; turn++) {
    const until = performance.now() + 1;
    while (performance.now() < until);
    yield;
  }
  log.push(name);
  return name;
}

/** Begins work and resolves with its result; `pause` hears of every slice that was not the last. */
const begin = (shift: Shift, work: Work<string>, pause = (): void => {}): { job: Job; end: Promise<string> } => {
  let job: Job | undefined;
  const end = new Promise<string>((resolve, reject) => {
    job = { work, done: (result) => resolve(String(result)), failed: reject, paused: pause };
    shift.begin(job);
  });
  if (!job) throw new Error("begin: a promise begins at once");
  return { job, end };
};

function* failing(): Work<string> {
  yield;
  throw new RangeError("too far");
}

describe("a shift", () => {
  it("does what is asked later first, and goes on with what was under way", async () => {
    const [shift, log] = [new Shift(), [] as string[]];
    const shorter: Promise<string>[] = [];
    const long = begin(shift, turning(100, log, "long"), () => {
      if (shorter.length === 0) shorter.push(begin(shift, turning(2, log, "short")).end);
    });
    expect(await long.end).toBe("long");
    expect(await Promise.all(shorter)).toEqual(["short"]);
    expect(log).toEqual(["short", "long"]);
  });

  it("lays down what is dropped, once", async () => {
    const [shift, log, dropped] = [new Shift(), [] as string[], [] as boolean[]];
    const after = new Promise<string>((resolve) => {
      const { job } = begin(shift, turning(100, log, "long"), () => {
        dropped.push(shift.drop(job), shift.drop(job));
        void begin(shift, turning(50, log, "after")).end.then(resolve);
      });
    });
    expect(await after).toBe("after");
    expect(dropped).toEqual([true, false]);
    expect(log).toEqual(["after"]);
  });

  it("tells who asked what went wrong, and goes on", async () => {
    const [shift, log] = [new Shift(), [] as string[]];
    const sound = begin(shift, turning(1, log, "sound"));
    await expect(begin(shift, failing()).end).rejects.toThrow("too far");
    expect(await sound.end).toBe("sound");
  });
});
