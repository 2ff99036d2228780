package io.bulwark.stream.decision;

import java.time.Duration;

/**
 * How long things are kept about an image.
 *
 * @param retention how long after it was made a decision is kept
 * @param answerDeadline how long an upload may wait for its verdict before it is missing
 * @param uploadRetention how long an upload that got no answer is listed: as long as its record can be repeated
 */
public record DecisionSettings(Duration retention, Duration answerDeadline, Duration uploadRetention) {}
