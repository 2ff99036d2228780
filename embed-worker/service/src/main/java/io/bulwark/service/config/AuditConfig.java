package io.bulwark.service.config;

import io.smallrye.config.WithDefault;

/** Which audits people are told of. Every audit is published, whatever stands here. */
public interface AuditConfig {

    /**
     * Audits of one kind in one hour, on one worker, that alerts and dashboards count as to be looked at. What is beyond
     * is published all the same and counted apart.
     */
    @WithDefault("60")
    int alertsPerHour();
}
