import { defineConfig } from "vite";

// `npm run dev` serves the page with the API of a running console behind it.
const target = process.env["OPSMESH_URL"] ?? "http://127.0.0.1:7100";

export default defineConfig({
  build: { outDir: "dist", emptyOutDir: true, target: "es2022", assetsInlineLimit: 0 },
  server: { proxy: { "/api": { target, changeOrigin: true } } },
});
