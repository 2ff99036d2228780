package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicCheckTest {

    private static final Map<String, Integer> ALL = Map.of(
            "moderation.verdicts", 8,
            "moderation.attack-audit", 8,
            "moderation.uploader-stats", 8,
            "moderation.dead-letters", 4,
            "moderation.schemas", 1);

    @Test
    void allTopicsThereIsNoFault() {
        assertThat(TopicCheck.fault(ALL)).isEmpty();
    }

    @Test
    void everyMissingTopicIsNamed() {
        assertThat(TopicCheck.fault(Map.of("moderation.verdicts", 8, "moderation.attack-audit", 8)))
                .hasValueSatisfying(
                        fault -> assertThat(fault)
                                .startsWith(
                                        "Topics moderation.uploader-stats, moderation.dead-letters, moderation.schemas do not"));
    }

    @Test
    void topicsThatBelongTogetherNeedEquallyManyPartitions() {
        Map<String, Integer> uneven = new HashMap<>(ALL);
        uneven.put("moderation.attack-audit", 4);
        assertThat(TopicCheck.fault(uneven))
                .hasValueSatisfying(fault -> assertThat(fault).contains("(8 partitions)", "(4)", "equally many"));
    }
}
