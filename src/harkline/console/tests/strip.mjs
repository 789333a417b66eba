// node strip.mjs MODULE < base64 of a file a line: the same, stripped, or "null".
const { stripped } = await import(process.argv[2]);
const given = (await new Response((await import("node:stream")).Readable.toWeb(process.stdin)).text()).trim().split("\n");
for (const line of given) {
  const made = stripped(new Uint8Array(Buffer.from(line, "base64")));
  console.log(made ? Buffer.from(made).toString("base64") : "null");
}
