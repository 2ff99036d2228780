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

    /**
     * Share of the images, 0 to 1, that leave all their scores in an audit although no detector fired; drawn from the files by
     * the deployment's key. Such an audit is marked, names no uploader and counts for nobody. A score server
     * without {@code bulwark.embeddings.publish} leaves none.
     */
    @WithDefault("0")
    double sample();
}
