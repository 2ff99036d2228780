/**
 * Published checkpoints fetched from the Hugging Face Hub, once. What may enter: requests to the hub and what is kept
 * of their answers; nothing that reads a model.
 *
 * <pre>{@code
 * ModelHub hub = new ModelHub(HubSettings.fromEnvironment(cache));
 * Path folder = hub.fetch(HubLocation.parse("hf://owner/name@main"), (file, done, size) -> {});
 * }</pre>
 *
 * <p>Only what an encoder is read from is fetched: configurations, a tokenizer, safetensors. Nothing that is fetched is
 * ever executed. Each file is held to the size and checksum that the hub states (SHA-256 of large files, git's object id
 * of small ones) and appears under its name only then; an interrupted download goes on where it stopped. A snapshot lies
 * under the commit that its revision stood for, so that a branch that moves never changes a model in place, and a commit
 * that is there needs no network.
 *
 * <p>A hub that is busy is waited for, because a deployment whose workers all start at once is what brings on its 429: as
 * long as {@code Retry-After} says, within bounds that a start-up probe outlasts.
 *
 * <p>The access token goes to the hub's own host alone: large files are served from other hosts by redirects, which are
 * followed here by hand for that reason.
 */
package io.bulwark.perception.hub;
