package io.bulwark.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.ImageUploaded;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TopicsTest {

    /** Names, keys and cleanup are the contract with producers and subscribers. */
    @ParameterizedTest
    @CsvSource({
        "IMAGES_UPLOADED, images.uploaded, imageId, delete",
        "IMAGES_DEFERRED, images.deferred, imageId, delete",
        "VERDICTS, moderation.verdicts, imageId, 'compact,delete'",
        "DECISIONS, moderation.decisions, <tenant>/<imageId>, compact",
        "EMBEDDINGS, moderation.embeddings, imageId, 'compact,delete'",
        "ATTACK_AUDIT, moderation.attack-audit, imageId, delete",
        "DEAD_LETTERS, moderation.dead-letters, the original record's key, delete",
        "REFERENCES, moderation.references, <bank>/<modelFingerprint>/<referenceId>, compact",
        "REVIEWS, moderation.reviews, imageId, delete",
        "REPORTS, moderation.reports, imageId, delete",
        "FLAGGED, moderation.flagged, <tenant>/<entryId>, 'compact,delete'",
        "CAMPAIGNS, moderation.campaigns, campaignId, 'compact,delete'",
        "CAMPAIGN_RULINGS, moderation.campaign-rulings, campaignId, delete",
        "UPLOADER_STATS, moderation.uploader-stats, <tenant>/<uploaderId>/<window>/<windowStart>, 'compact,delete'",
        "UPLOADER_ACTIONS, moderation.uploader-actions, <tenant>/<uploaderId>, delete",
        "ERASURES, moderation.erasures, 'the image''s or uploader''s id', 'compact,delete'",
        "HOLDS, moderation.holds, <tenant>/<subject>/<id>, compact",
        "POLICIES, moderation.policies, tenant, compact",
        "AUDIT_ANCHORS, moderation.audit-anchors, <tenant>/<position>, delete",
        "UNDELIVERED, moderation.undelivered, the original record's key, delete",
        "SCHEMAS, moderation.schemas, 'the schema''s fingerprint, 16 hexadecimal digits', compact",
    })
    void theContractStands(Topics topic, String name, String key, String cleanup) {
        assertThat(topic.topicName()).isEqualTo(name);
        assertThat(topic.key()).isEqualTo(key);
        assertThat(topic.config()).containsEntry(TopicConfig.CLEANUP_POLICY_CONFIG, cleanup);
        assertThat(Topics.named(name)).contains(topic);
    }

    @ParameterizedTest
    @EnumSource
    void kafkaAcceptsEachName(Topics topic) {
        Topic.validate(topic.topicName());
        assertThat(Arrays.stream(Topics.values()).map(Topics::topicName)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void aNewTopicIsAsTheCatalogueSays(Topics topic) {
        var created = TopicNames.UNPREFIXED.newTopic(topic, (short) 3);

        assertThat(created.name()).isEqualTo(topic.topicName());
        assertThat(created.numPartitions()).isEqualTo(topic.partitions());
        assertThat(created.replicationFactor()).isEqualTo((short) 3);
        assertThat(created.configs()).isEqualTo(topic.config());
    }

    @ParameterizedTest
    @EnumSource
    void onlyDeadLettersUndeliveredAnchorsAndSchemasAreRawBytes(Topics topic) {
        assertThat(topic.valueClass().isEmpty())
                .isEqualTo(topic == Topics.DEAD_LETTERS
                        || topic == Topics.UNDELIVERED
                        || topic == Topics.AUDIT_ANCHORS
                        || topic == Topics.SCHEMAS);
    }

    /** Who subscribes sees every record for a while, and what a tombstone erases is gone a day later at most. */
    @ParameterizedTest
    @EnumSource
    void whatIsCompactedIsKeptWholeForAWhileAndCompactedForSure(Topics topic) {
        var config = topic.config();
        assertThat(config.containsKey(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG))
                .isEqualTo(topic.cleanup().compacted());
        topic.cleanup()
                .keptWhole()
                .ifPresent(lag -> assertThat(Long.parseLong(config.get(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG)))
                        .isEqualTo(lag.plusDays(1).toMillis()));
    }

    /** Kafka compacts whole segments: one of a week would keep an order a week longer. */
    @Test
    void anOrderDoesNotWaitForItsSegmentLongerThanADay() {
        assertThat(Topics.ERASURES.config())
                .containsEntry(
                        TopicConfig.SEGMENT_MS_CONFIG,
                        Long.toString(Duration.ofDays(1).toMillis()));
    }

    /** A producer's clock neither keeps its records for ever nor moves other windows. */
    @ParameterizedTest
    @EnumSource
    void theBrokerSaysWhenARecordCame(Topics topic) {
        assertThat(topic.config()).containsEntry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
    }

    @Test
    void topicsKeyedByImageCanBeJoined() {
        assertThat(Arrays.stream(Topics.values())
                        .filter(topic -> topic.key().equals("imageId"))
                        .map(Topics::partitions)
                        .distinct())
                .containsExactly(8);
    }

    @Test
    void aDeadLetterHasRoomForTheLargestUploadAndItsStory() {
        assertThat(Topics.DEAD_LETTERS.maxRecordBytes()).isGreaterThan(Topics.IMAGES_UPLOADED.maxRecordBytes());
        assertThat(Topics.IMAGES_UPLOADED.config()).containsEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, "16777216");
    }

    @Test
    void aDeferredUploadHasRoomForTheLargestUploadAndItsOrigin() {
        assertThat(Topics.IMAGES_DEFERRED.maxRecordBytes()).isGreaterThan(Topics.IMAGES_UPLOADED.maxRecordBytes());
        assertThat(Topics.IMAGES_DEFERRED.cleanup()).isEqualTo(Topics.IMAGES_UPLOADED.cleanup());
    }

    @ParameterizedTest
    @EnumSource(names = {"REFERENCES", "POLICIES", "SCHEMAS"})
    void whatEveryReaderReadsWholeIsNeverForgottenByAgeAndHasOneOrder(Topics topic) {
        assertThat(topic.config()).containsEntry(TopicConfig.RETENTION_MS_CONFIG, "-1");
        assertThat(topic.partitions()).isEqualTo(1);
    }

    @Test
    void aTopicOutsideTheCatalogueIsNotKnown() {
        assertThat(Topics.named("images.uplaoded")).isEmpty();
        assertThat(Topics.IMAGES_UPLOADED.valueClass()).contains(ImageUploaded.class);
    }

    @Test
    void aTopicThatForgetsNothingIsRefused() {
        assertThatThrownBy(() -> new Cleanup(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()))
                .hasMessageContaining("retention");
        assertThatThrownBy(() -> new Cleanup(
                        Optional.of(Duration.ofHours(1)),
                        Optional.of(Duration.ZERO),
                        Optional.empty(),
                        Optional.empty()))
                .hasMessageContaining("PT0S");
    }
}
