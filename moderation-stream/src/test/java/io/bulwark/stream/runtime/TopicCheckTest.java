package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TopicCheckTest {

    private static final Map<String, Integer> ALL =
            Arrays.stream(Topics.values()).collect(Collectors.toMap(Topics::topicName, Topics::partitions));

    private static final TopicCheck CHECK = new TopicCheck(Duration.ofSeconds(1), TopicNames.UNPREFIXED, true, true);

    @Test
    void withoutAFlaggedIndexItsTopicIsNotNeededAndEmbeddingsMayHaveOtherPartitions() {
        Map<String, Integer> without = new HashMap<>(ALL);
        without.remove("moderation.flagged");
        without.put("moderation.embeddings", 3);

        assertThat(CHECK.fault(without)).isPresent();
        assertThat(new TopicCheck(Duration.ofSeconds(1), TopicNames.UNPREFIXED, false, true).fault(without))
                .isEmpty();
    }

    @Test
    void underAPrefixOnlyTopicsOfThatPrefixCount() {
        var check = new TopicCheck(Duration.ofSeconds(1), new TopicNames("acme."), true, true);
        Map<String, Integer> prefixed = new HashMap<>();
        ALL.forEach((name, partitions) -> prefixed.put("acme." + name, partitions));

        assertThat(check.fault(prefixed)).isEmpty();
        assertThat(check.fault(ALL))
                .hasValueSatisfying(fault -> assertThat(fault).startsWith("Topics acme.moderation.verdicts, "));
    }

    @Test
    void allTopicsThereIsNoFault() {
        assertThat(CHECK.fault(ALL)).isEmpty();
    }

    @Test
    void everyMissingTopicIsNamed() {
        assertThat(CHECK.fault(Map.of("moderation.verdicts", 8, "moderation.attack-audit", 8)))
                .hasValueSatisfying(
                        fault -> assertThat(fault)
                                .startsWith(
                                        "Topics moderation.reviews, moderation.erasures, moderation.embeddings, images.uploaded, "));
    }

    @Test
    void theTopicOfUploadsMayHaveMorePartitions() {
        Map<String, Integer> scaled = new HashMap<>(ALL);
        scaled.put("images.uploaded", 64);
        assertThat(CHECK.fault(scaled)).isEmpty();
    }

    @Test
    void topicsThatBelongTogetherNeedEquallyManyPartitions() {
        Map<String, Integer> uneven = new HashMap<>(ALL);
        uneven.put("moderation.attack-audit", 4);
        assertThat(CHECK.fault(uneven))
                .hasValueSatisfying(fault -> assertThat(fault).contains("(8 partitions)", "(4)", "equally many"));
    }
}
