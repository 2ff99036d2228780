package io.bulwark.stream.topology;

import io.bulwark.stream.decision.DecisionSettings;
import io.bulwark.stream.uploader.UploaderSettings;
import java.time.Duration;

/**
 * What shapes the state.
 *
 * @param auditRetention how long after its detection an audit is kept
 */
public record TopologySettings(DecisionSettings decisions, UploaderSettings uploaders, Duration auditRetention) {}
