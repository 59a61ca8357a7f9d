import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { browserFlags, findBrowser } from "./tests/tools/browser.mjs";

const shared = {
  optimizeDeps: {
    include: ["three/webgpu", "three/tsl", "three/addons/controls/OrbitControls.js", "lil-gui", "valibot"],
  },
};

const browserPath = findBrowser();

export default defineConfig({
  // Relative addresses: the built site works from any folder of any server.
  base: "./",
  ...shared,
  worker: { format: "es" },
  preview: { port: 4173, strictPort: false },
  build: {
    target: "es2023",
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "three", test: /node_modules[\\/]three/ },
            { name: "katex", test: /node_modules[\\/]katex/ },
          ],
        },
      },
    },
  },
  test: {
    projects: [
      {
        ...shared,
        test: { name: "node", include: ["tests/node/**/*.test.ts"], environment: "node", testTimeout: 30_000 },
      },
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
            provider: playwright({
              launchOptions: { args: browserFlags, ...(browserPath && { executablePath: browserPath }) },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
