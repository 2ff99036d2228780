package io.bulwark.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicNamesTest {

    private final TopicNames acme = new TopicNames("acme.");

    @ParameterizedTest
    @EnumSource
    void eachTopicIsNamedUnderThePrefixAndFoundByThatNameAlone(Topics topic) {
        assertThat(acme.of(topic)).isEqualTo("acme." + topic.topicName());
        assertThat(acme.catalogueOf("acme." + topic.topicName())).contains(topic);
        assertThat(acme.catalogueOf(topic.topicName())).isEmpty();
        assertThat(acme.catalogueOf("other." + topic.topicName())).isEmpty();
        assertThat(TopicNames.UNPREFIXED.of(topic)).isEqualTo(topic.topicName());
        assertThat(TopicNames.UNPREFIXED.catalogueOf(acme.of(topic))).isEmpty();
    }

    /** Otherwise two prefixes could give two topics one name. */
    @ParameterizedTest
    @EnumSource
    void noNameOfTheCatalogueEndsAnother(Topics topic) {
        assertThat(Arrays.stream(Topics.values()).filter(other -> other.isNamed(topic.topicName())))
                .containsExactly(topic);
        assertThat(topic.isNamed(acme.of(topic))).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void kafkaTakesEachNameUnderTheLongestPrefix(Topics topic) {
        Topic.validate(new TopicNames("x".repeat(TopicNames.LONGEST)).of(topic));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "acme", "acme.", "ACME-2_", "."})
    void kafkasCharactersMakeAPrefix(String prefix) {
        assertThat(new TopicNames(prefix).prefixed("group")).isEqualTo(prefix + "group");
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme/", "acme ", "äcme.", "acme:", "*", "acme\n"})
    void anotherCharacterIsRefusedWithTheSettingsName(String prefix) {
        assertThatThrownBy(() -> new TopicNames(prefix))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "bulwark.topics.prefix is '" + prefix + "', allowed is 0 to 100 of letters, digits, . _ -.");
    }

    @Test
    void aLongerPrefixIsRefused() {
        assertThatThrownBy(() -> new TopicNames("x".repeat(TopicNames.LONGEST + 1)))
                .hasMessageContaining("allowed is 0 to 100");
    }

    @Test
    void thePrefixTravelsInTheProperties() {
        assertThat(TopicNames.in(acme.properties())).isEqualTo(acme);
        assertThat(TopicNames.in(Map.of())).isEqualTo(TopicNames.UNPREFIXED);
        assertThat(TopicNames.UNPREFIXED.properties()).isEmpty();
        assertThat(TopicNames.of(Optional.of("acme."))).isEqualTo(acme);
        assertThat(TopicNames.of(Optional.empty())).isEqualTo(TopicNames.UNPREFIXED);
    }

    /** Topics that carry an upload on take what the upload's has, and what is put beside it. */
    @Test
    void aSmallerLargestUploadReachesEveryTopicThatCarriesOne() {
        var small = TopicNames.of(Optional.of("acme."), Optional.of("7M"));
        assertThat(TopicNames.in(small.properties())).isEqualTo(small);
        for (Topics topic : Topics.values()) {
            int less = topic.maxRecordBytes() > 16_000_000 ? (9 << 20) : 0;
            assertThat(small.maxRecordBytes(topic)).as("%s", topic).isEqualTo(topic.maxRecordBytes() - less);
            assertThat(small.newTopic(topic, (short) 1).configs())
                    .containsEntry("max.message.bytes", Integer.toString(small.maxRecordBytes(topic)));
            assertThat(new TopicNames("acme.").config(topic)).isEqualTo(topic.config());
        }
        assertThat(small.maxRecordBytes(Topics.IMAGES_DEFERRED)).isEqualTo(8 << 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"17M", "1K", "65535", "much", "", "-1", "2G"})
    void anotherLargestUploadIsRefusedWithTheSettingsName(String bytes) {
        assertThatThrownBy(() -> TopicNames.of(Optional.empty(), Optional.of(bytes)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bulwark.topics.max-upload-bytes is '")
                .hasMessageContaining("allowed is 65536 to 16777216 bytes.");
    }

    @Test
    void uploadsOfAnotherPrefixAreNotTheOwn() {
        assertThat(acme.holdsUploads("acme.images.uploaded")).isTrue();
        assertThat(acme.holdsUploads("acme.images.deferred")).isTrue();
        assertThat(acme.holdsUploads("images.uploaded")).isFalse();
        assertThat(acme.holdsUploads("other.images.uploaded")).isFalse();
        assertThat(acme.holdsUploads("acme.moderation.verdicts")).isFalse();
    }

    @Test
    void allTopicsAreMadeUnderThePrefix() {
        assertThat(acme.newTopics((short) 1))
                .hasSameSizeAs(Topics.values())
                .allMatch(topic -> topic.name().startsWith("acme."));
    }
}
