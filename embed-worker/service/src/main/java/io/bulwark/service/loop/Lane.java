package io.bulwark.service.loop;

import io.bulwark.schemas.access.AccessNames;
import io.bulwark.schemas.topic.Topics;
import java.util.Locale;

/** The ways on which uploads come to a worker, each with its own loop. */
public enum Lane {
    /** As producers send them. Who cannot be answered promptly is handed to the other. */
    UPLOADS(Topics.IMAGES_UPLOADED),

    /** Those whose locations were not fetched promptly. */
    DEFERRED(Topics.IMAGES_DEFERRED);

    private final Topics topic;
    private final String label = name().toLowerCase(Locale.ROOT);

    Lane(Topics topic) {
        this.topic = topic;
    }

    /** What is read. */
    public Topics topic() {
        return topic;
    }

    /** The name outside, such as {@code deferred}. */
    public String label() {
        return label;
    }

    /** The group that shares the topic among workers of that group. */
    String group(String workers) {
        return this == UPLOADS ? workers : AccessNames.deferredGroup(workers);
    }

    /** A name that is this lane's alone in its worker. */
    String named(String name) {
        return this == UPLOADS ? name : name + "-" + label;
    }
}
