package io.bulwark.stream.flagged;

import java.time.Duration;

/**
 * What shapes the flagged index.
 *
 * @param enabled whether there is one
 * @param retention how long after its decision a content stays in it
 * @param entries contents of one tenant at most; the newest stay, and what a person confirmed before what a worker decided
 * @param ofUploader contents of one uploader at most that no person confirmed; the newest stay
 * @param embeddings how long an embedding waits for a decision that makes its image NSFW
 */
public record FlaggedSettings(boolean enabled, Duration retention, int entries, int ofUploader, Duration embeddings) {}
