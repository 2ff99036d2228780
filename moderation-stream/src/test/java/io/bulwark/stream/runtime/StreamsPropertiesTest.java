package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class StreamsPropertiesTest {

    /** Without a limit the broker may leave what was erased in the segment that is written to. */
    @Test
    void internalTopicsAreCompactedWithinADay() {
        assertThat(StreamsProperties.streams(defaults(), "localhost:8080"))
                .containsEntry(StreamsConfig.topicPrefix(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG), 86_400_000L);
    }

    /** A record that the producer lets pass and the topic refuses would end the task again and again. */
    @Test
    void internalTopicsTakeWhatTheProducerSends() {
        assertThat(StreamsProperties.streams(defaults(), "localhost:8080"))
                .containsEntry(
                        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                        Topics.DEAD_LETTERS.maxRecordBytes());
    }

    private static StreamConfig defaults() {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .addDefaultInterceptors()
                .withMapping(StreamConfig.class)
                .withSources(new PropertiesConfigSource(Map.of("user.home", "."), "test", 500))
                .build()
                .getConfigMapping(StreamConfig.class);
    }
}
