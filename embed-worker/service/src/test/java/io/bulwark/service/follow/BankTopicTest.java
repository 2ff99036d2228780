package io.bulwark.service.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.LabelSource;
import io.bulwark.events.Listing;
import io.bulwark.events.Reference;
import io.bulwark.events.ReferenceVariant;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.Bank.HashMatch;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.bank.PlainRows;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.ListedHash.ListSource;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.serde.SerdeSettings.FollowedSchemas;
import io.bulwark.schemas.testing.TomorrowsEvents;
import io.bulwark.service.follow.BankTopic.BankIdentity;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class BankTopicTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Instant now = START;
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final BankTopic book = book(BankIdentity.Reader.ENCODER);

    @Test
    void references_of_both_sides_make_a_usable_bank() {
        put("default/model/a", reference("nsfw", 1, 0));
        put("default/model/b", reference("safe", 0, 1));

        try (MatrixBank bank = book.snapshot()) {
            assertThat(bank.size()).isEqualTo(2);
            assertThat(book.judge(bank)).isInstanceOf(Readiness.Usable.class);
        }
    }

    @Test
    void a_reference_with_variants_is_found_by_them_and_one_with_a_bad_variant_is_left_out() {
        Reference framed = Reference.newBuilder(reference("nsfw", 1, 0, 0))
                .setVariants(List.of(
                        new ReferenceVariant("border", ByteBuffer.wrap(HalfFloats.encode(new float[] {0, 0, 1})))))
                .build();
        Reference broken = Reference.newBuilder(reference("nsfw", 1, 0, 0))
                .setVariants(List.of(
                        new ReferenceVariant("border", ByteBuffer.wrap(HalfFloats.encode(new float[] {0, 1})))))
                .build();
        BankTopic ofThree = new BankTopic(
                "moderation.references",
                new EventDecoder<>(Reference.class),
                new BankIdentity(
                        BankIdentity.Reader.ENCODER,
                        "default",
                        "",
                        "model",
                        3,
                        PlainRows.NONE,
                        Optional.empty(),
                        Set.of()),
                BankTopic.holder(),
                clock,
                new WorkerMetrics(meters));
        raw(ofThree, "default/model/a", newest(framed));
        raw(ofThree, "default/model/b", newest(broken));

        try (MatrixBank bank = ofThree.snapshot()) {
            assertThat(bank.size()).isEqualTo(1);
            assertThat(bank.rows()).isEqualTo(2);
            assertThat(bank.nearest(new float[] {0, 0, 1}, 1, 5).get(0).get(0).variant())
                    .contains("border");
            assertThat(meters.counter("bulwark.bank.bad.references").count()).isEqualTo(1);
        }
    }

    private static byte[] newest(Reference reference) {
        try (EventSerializer<Reference> serializer = new EventSerializer<>(Reference.class)) {
            serializer.configure(Map.of(SerdeSettings.WRITE, 3), false);
            return serializer.serialize("moderation.references", reference);
        }
    }

    @Test
    void a_twin_s_book_says_that_the_twin_cannot_judge_and_how_to_write_both_banks() {
        BankTopic twins = book(BankIdentity.Reader.TWIN, "--twin MODEL");

        try (MatrixBank bank = twins.snapshot()) {
            assertThat(twins.judge(bank).message())
                    .contains("bulwark.twin.model")
                    .contains("--twin MODEL");
        }
    }

    @Test
    void a_record_that_is_nobody_s_is_counted_by_the_encoder_s_book_alone() {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                "moderation.references", 0, 0, "no-key".getBytes(StandardCharsets.UTF_8), new byte[] {1});

        book(BankIdentity.Reader.TWIN).apply(record);
        assertThat(meters.counter("bulwark.bank.bad.references").count()).isZero();
        book.apply(record);
        assertThat(meters.counter("bulwark.bank.bad.references").count()).isEqualTo(1);
    }

    /** Its record does not come again before a restart, so that a flagged reference would be missed. */
    @Test
    void a_reference_whose_schema_is_still_on_its_way_is_waited_for() {
        var arriving = new FollowedSchemas() {
            private boolean waited;

            @Override
            public Schema findByFingerprint(long fingerprint) {
                return waited ? TomorrowsEvents.schema(Reference.class) : null;
            }

            @Override
            public boolean isAwaited(long fingerprint) {
                return !waited;
            }

            @Override
            public void await(long fingerprint) {
                waited = true;
            }
        };
        BankTopic following = book(
                BankIdentity.Reader.ENCODER,
                "",
                new EventDecoder<>(Reference.class, Map.of(SerdeSettings.FOLLOWED, arriving)));

        following.apply(new ConsumerRecord<>(
                "moderation.references",
                0,
                0,
                "default/model/a".getBytes(StandardCharsets.UTF_8),
                TomorrowsEvents.bytes(reference("nsfw", 1, 0))));

        try (MatrixBank bank = following.snapshot()) {
            assertThat(bank.size()).isEqualTo(1);
        }
        assertThat(meters.counter("bulwark.bank.bad.references").count()).isZero();
    }

    @Test
    void other_banks_are_not_ours() {
        put("other/model/a", reference("nsfw", 1, 0));

        assertThat(unusable()).contains("default").contains("bulwark bank build");
    }

    @Test
    void a_bank_of_another_model_alone_is_told_from_an_empty_one() {
        put("default/other-model/a", reference("nsfw", 1, 0));
        put("default/other-model/b", reference("safe", 0, 1));
        assertThat(unusable()).contains("other-model").contains("model").contains("bulwark bank build");

        assertThat(book.isStale()).isFalse();
        remove("default/other-model/a");
        assertThat(book.isStale()).isTrue();
        remove("default/other-model/b");
        assertThat(unusable()).doesNotContain("other-model");
    }

    @Test
    void one_label_is_not_enough() {
        put("default/model/a", reference("safe", 1, 0));
        assertThat(unusable()).contains("safe");
    }

    @Test
    void labels_of_one_side_are_not_enough_for_the_twin_s_one_policy_and_a_question_of_tenants_for_the_encoder_s() {
        put("default/model/a", reference("safe", 1, 0));
        put("default/model/b", reference("food", 0, 1));
        BankTopic twins = book(BankIdentity.Reader.TWIN);
        put(twins, "default/model/a", reference("safe", 1, 0));
        put(twins, "default/model/b", reference("food", 0, 1));

        try (MatrixBank bank = twins.snapshot()) {
            assertThat(twins.judge(bank).message()).contains("bulwark.policy.flagged-labels");
        }
        try (MatrixBank bank = book.snapshot()) {
            assertThat(book.judge(bank)).isInstanceOf(Readiness.Usable.class);
        }
    }

    @Test
    void a_tombstone_removes_and_a_newer_record_replaces() {
        put("default/model/a", reference("nsfw", 1, 0));
        put("default/model/b", reference("safe", 0, 1));
        put("default/model/b", reference("other", 0, 1));
        remove("default/model/a");

        try (MatrixBank bank = book.snapshot()) {
            assertThat(bank.labels()).containsExactly("other");
        }
    }

    @Test
    void a_disabled_reference_does_not_vote_and_comes_back_by_itself() {
        put("default/model/a", reference("nsfw", 1, 0));
        Reference disabled = Reference.newBuilder(reference("safe", 0, 1))
                .setDisabledUntil(START.plusSeconds(60))
                .build();
        put("default/model/b", disabled);
        book.snapshot().close();

        now = START.plusSeconds(59);
        assertThat(book.isStale()).isFalse();
        now = START.plusSeconds(60);
        assertThat(book.isStale()).isTrue();
        try (MatrixBank bank = book.snapshot()) {
            assertThat(bank.size()).isEqualTo(2);
        }
    }

    @Test
    void entries_of_hash_lists_are_known_and_do_not_vote() {
        String file = "ab".repeat(32);
        Reference listed = Reference.newBuilder(reference("csam", 1, 0))
                .setEmbedding(ByteBuffer.allocate(0))
                .build();
        put("default/sha256/" + file, listed);
        put("default/pdq/" + "0f".repeat(32), listed);
        put("default/sha256/no-hash", listed);
        put("other/sha256/" + "cd".repeat(32), listed);

        try (MatrixBank bank = book.snapshot()) {
            assertThat(bank.size()).isZero();
            assertThat(bank.knowsPictures()).isTrue();
            assertThat(bank.known(ContentHashes.of(Sha256.parse(file))))
                    .extracting(HashMatch::label)
                    .containsExactly("csam");
            assertThat(bank.known(ContentHashes.of(Sha256.parse("cd".repeat(32)))))
                    .isEmpty();
        }
        assertThat(meters.counter("bulwark.bank.bad.references").count()).isEqualTo(1);

        remove("default/sha256/" + file);
        assertThat(book.isStale()).isTrue();
        try (MatrixBank bank = book.snapshot()) {
            assertThat(bank.known(ContentHashes.of(Sha256.parse(file)))).isEmpty();
        }
    }

    @Test
    void entries_of_an_exchange_name_their_list_and_expire_without_a_restart() {
        byte[] file = {1, 2, 3};
        FileDigest md5 = FileDigest.of(FileDigest.Kind.MD5, file);
        FileDigest sha1 = FileDigest.of(FileDigest.Kind.SHA1, file);
        Reference listed = Reference.newBuilder(reference("csam", 1, 0))
                .setEmbedding(ByteBuffer.allocate(0))
                .setListing(new Listing("example", "A1", true, START.plusSeconds(60), true))
                .build();
        raw(book, "default/md5/" + md5.hex() + "/example/42-image-1", newest(listed));
        raw(book, "default/sha1/" + sha1.hex() + "/example/42-image-1", newest(listed));
        raw(book, "default/md5/no-hash/example/2", newest(listed));
        raw(book, "default/feed/example", newest(listed));
        ContentHashes hashes = new ContentHashes(Optional.empty(), List.of(md5, sha1), List.of());

        try (MatrixBank bank = book.snapshot()) {
            assertThat(bank.knowsDigests()).isTrue();
            assertThat(bank.known(hashes))
                    .hasSize(2)
                    .allSatisfy(match -> assertThat(match.source())
                            .contains(new ListSource("example", Optional.of("A1"), true, true)));
        }
        assertThat(meters.counter("bulwark.bank.bad.references").count()).isEqualTo(1);

        now = START.plusSeconds(59);
        assertThat(book.isStale()).isFalse();
        now = START.plusSeconds(60);
        assertThat(book.isStale()).isTrue();
        try (MatrixBank bank = book.snapshot()) {
            assertThat(bank.known(hashes)).isEmpty();
            assertThat(bank.knowsDigests()).isFalse();
        }
        raw(
                book,
                "default/md5/" + md5.hex() + "/example/42-image-1",
                newest(Reference.newBuilder(listed)
                        .setListing(new Listing("example", "A1", true, null, false))
                        .build()));
        try (MatrixBank bank = book.snapshot()) {
            assertThat(bank.known(hashes)).hasSize(1);
        }
    }

    /** An embedding gives back the picture that it was made of. */
    @Test
    void an_embedding_of_a_restricted_label_is_no_reference() {
        put("default/model/a", reference("nsfw", 1, 0));
        put("default/model/b", reference("sealed", 0, 1));

        try (MatrixBank bank = book.snapshot()) {
            assertThat(bank.size()).isEqualTo(1);
        }
        assertThat(meters.counter("bulwark.bank.bad.references").count()).isEqualTo(1);
    }

    @Test
    void bad_records_are_counted_and_do_not_hide_good_ones() {
        put("default/model/a", reference("nsfw", 1, 0));
        put("default/model/b", reference("safe", 0, 1));
        put("no key", reference("safe", 0, 1));
        put("default/model/long", reference("safe", 3, 4));
        put("default/model/wide", reference("safe", 1, 0, 0));
        put("default/model/blank", reference(" ", 1, 0));
        raw("default/model/random", new byte[] {9, 9, 9});

        try (MatrixBank bank = book.snapshot()) {
            assertThat(bank.size()).isEqualTo(2);
        }
        assertThat(meters.counter("bulwark.bank.bad.references").count()).isEqualTo(5);
    }

    @Test
    void a_bad_record_takes_the_place_of_the_good_one_before_it() {
        put("default/model/a", reference("nsfw", 1, 0));
        raw("default/model/a", new byte[] {9, 9, 9});

        try (MatrixBank bank = book.snapshot()) {
            assertThat(bank.size()).isZero();
        }
    }

    /** A black drawing over a black ground, of a bank that was built before such views were left out. */
    @Test
    void a_reference_of_one_colour_is_ignored_and_counted_until_it_is_removed_or_replaced() {
        BankTopic some = book(BankIdentity.Reader.ENCODER);
        raw(some, "default/model/drawing@black", newest(reference("nsfw", -1, 0)));
        raw(some, "default/model/drawing@white", newest(reference("nsfw", 0, 1)));
        assertThat(some.plain()).isEqualTo(1);
        try (MatrixBank bank = some.snapshot()) {
            assertThat(bank.size()).isEqualTo(1);
            assertThat(bank.nearest(new float[] {-1, 0}, 1, 5).get(0))
                    .extracting(Neighbour::referenceId)
                    .containsExactly("drawing@white");
        }

        raw(some, "default/model/drawing@black", newest(reference("nsfw", 1, 0)));
        assertThat(some.plain()).isZero();
        raw(some, "default/model/drawing@white", newest(reference("nsfw", -1, 0)));
        assertThat(some.plain()).isEqualTo(1);
        raw(some, "default/model/drawing@white", null);
        assertThat(some.plain()).isZero();
        try (MatrixBank bank = some.snapshot()) {
            assertThat(bank.size()).isEqualTo(1);
        }
    }

    private BankTopic book(BankIdentity.Reader reader) {
        return book(reader, "");
    }

    private BankTopic book(BankIdentity.Reader reader, String options) {
        return book(reader, options, new EventDecoder<>(Reference.class));
    }

    private BankTopic book(BankIdentity.Reader reader, String options, EventDecoder<Reference> decoder) {
        return new BankTopic(
                "moderation.references",
                decoder,
                new BankIdentity(
                        reader,
                        "default",
                        options,
                        "model",
                        2,
                        new PlainRows(List.of(new float[] {-1, 0})),
                        reader == BankIdentity.Reader.TWIN ? Optional.of(Set.of("nsfw")) : Optional.empty(),
                        Set.of("sealed")),
                BankTopic.holder(),
                clock,
                new WorkerMetrics(meters));
    }

    private String unusable() {
        try (MatrixBank bank = book.snapshot()) {
            Readiness status = book.judge(bank);
            assertThat(status).isInstanceOf(Readiness.Unusable.class);
            return status.message();
        }
    }

    private void put(String key, Reference reference) {
        put(book, key, reference);
    }

    private static void put(BankTopic book, String key, Reference reference) {
        raw(book, key, new EventSerializer<>(Reference.class).serialize("moderation.references", reference));
    }

    private void remove(String key) {
        raw(key, null);
    }

    private void raw(String key, byte[] value) {
        raw(book, key, value);
    }

    private static void raw(BankTopic book, String key, byte[] value) {
        book.apply(new ConsumerRecord<>("moderation.references", 0, 0, key.getBytes(StandardCharsets.UTF_8), value));
    }

    private static Reference reference(String label, float... embedding) {
        return Reference.newBuilder()
                .setLabel(label)
                .setEmbedding(ByteBuffer.wrap(HalfFloats.encode(embedding)))
                .setAddedBy("test")
                .setAddedAt(START)
                .setLabelSource(LabelSource.OTHER)
                .build();
    }
}
