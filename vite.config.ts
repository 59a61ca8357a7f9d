import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { browserFlags, findBrowser } from "./tests/tools/browser";

const shared = { resolve: { alias: {} }, optimizeDeps: { include: ["three/webgpu", "three/tsl", "three/addons/controls/OrbitControls.js", "lil-gui"] } };

export default defineConfig({
  base: "./",
  ...shared,
  worker: { format: "es" },
  build: {
    target: "es2023",
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: "three", test: /node_modules[\\/]three/ }, { name: "katex", test: /node_modules[\\/]katex/ }] } },
    },
  },
  test: {
    projects: [
      { ...shared, test: { name: "node", include: ["tests/node/**/*.test.ts"], environment: "node" } },
      {
        ...shared,
        test: {
          name: "gpu",
          include: ["tests/gpu/**/*.test.ts"],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: findBrowser(), args: browserFlags } }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
