import { Configuration, DecisionsApi, ResponseError, ReviewApi } from "./api/index";

/** What a program does first: log in, ask, be refused, and read a problem. Arguments: address, user, password, image. */
async function main(base: string, username: string, password: string, imageId: string): Promise<void> {
  const known = new Configuration({ basePath: base, username, password });
  const decision = await new DecisionsApi(known).decision({ imageId });
  console.log(`decision ${decision.decision} by ${decision.decidedBy?.kind}`);
  const queue = new ReviewApi(new Configuration({ basePath: base, username, password: "wrong" })).queue();
  console.log(`wrong password ${await status(queue)}`);
  console.log(`unknown image ${await status(new DecisionsApi(known).decision({ imageId: "no-such-image" }))}`);
}

async function status(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
    return "none";
  } catch (refused) {
    const { response } = refused as ResponseError;
    const problem = response.headers.get("Content-Type")?.includes("problem+json") ? await response.json() : {};
    return `${response.status} ${problem.type ?? "-"}`;
  }
}

const [base, username, password, imageId] = process.argv.slice(2) as [string, string, string, string];
main(base, username, password, imageId).catch((failure: unknown) => {
  console.error(failure);
  process.exit(1);
});
