package io.bulwark.stream.childsafety;

import io.bulwark.events.Decision;
import io.bulwark.events.ListMatch;
import io.bulwark.events.ListedHashKind;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.childsafety.RestrictedCases.Automatic;
import io.bulwark.stream.childsafety.RestrictedCases.Details;
import io.bulwark.stream.childsafety.RestrictedCases.Ruling;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.evidence.EvidenceKeys;
import io.bulwark.stream.testing.CyberTiplineReceiver;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.TestDatabase;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Cases of invented files on a real PostgreSQL, and who works on them. */
abstract class CaseRig {

    static final Person DINA = new Person("dina", "default", Set.of(Roles.CHILD_SAFETY));
    static final Person EMIL = new Person("emil", "default", Set.of(Roles.CHILD_SAFETY));
    static final String LABEL = "sexual-minor";
    static final String REASON = "a match of a list";

    /** Stands for a file: some harmless bytes. */
    static final byte[] FILE = "the bytes of a harmless drawing".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    TestDatabase database;
    CyberTiplineReceiver receiver;
    RestrictedCases cases;
    CaseFiles files;

    @BeforeEach
    void open() throws IOException {
        database = TestDatabase.open();
        receiver = new CyberTiplineReceiver();
        cases = cases(Automatic.OFF);
        Path keys = Files.writeString(folder.resolve("keys"), "k1:" + "ab".repeat(32));
        files = new CaseFiles(
                database.database(),
                EvidenceKeys.read(keys, CaseFiles.SETTING),
                (topic, partition, offset, sha256) -> new CaseFiles.CaseFile(FILE, true));
    }

    @AfterEach
    void close() {
        receiver.close();
        database.close();
    }

    RestrictedCases cases(Automatic automatic) {
        return new RestrictedCases(
                database.database(), new RestrictedCases.Settings(Set.of(LABEL), automatic, Duration.ofMinutes(5)));
    }

    StreamConfig config() throws IOException {
        return config(receiver.url().toString(), folder);
    }

    /** @param folder has the password's file afterwards */
    static StreamConfig config(String receiver, Path folder) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), CyberTiplineReceiver.PASSWORD);
        String report = "bulwark.child-safety.report.";
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .addDefaultInterceptors()
                .withMapping(StreamConfig.class)
                .withSources(new PropertiesConfigSource(
                        Map.of(
                                report + "url",
                                receiver,
                                report + "allow-http",
                                "true",
                                report + "username",
                                CyberTiplineReceiver.USER,
                                report + "password-file",
                                password.toString(),
                                report + "labels",
                                LABEL,
                                report + "first-name",
                                "Rae",
                                report + "last-name",
                                "Porter",
                                report + "email",
                                "safety@example.org",
                                report + "company",
                                "Example",
                                "bulwark.stream.state-dir",
                                folder.toString()),
                        "test",
                        500))
                .build()
                .getConfigMapping(StreamConfig.class);
    }

    static Verdict.Builder listed(String imageId, ListedHashKind kind, boolean verified) {
        return Samples.verdict(imageId)
                .setDecision(Decision.NSFW)
                .setContentSha256(ReviewDesk.sha256("file of " + imageId))
                .setUploaderId("uploader-of-" + imageId)
                .setUpload(new RecordCoordinates("images.uploaded", 0, 7L))
                .setDecidingLabel(LABEL)
                .setListed(new ListMatch("invented", "e-" + imageId, kind, "A1", verified, false))
                .setRestricted(true);
    }

    void open(Verdict.Builder verdict) {
        database.database().acrossTenants(handle -> {
            cases.open(handle, verdict.build());
            return null;
        });
    }

    UUID decide(Person person, Ruling ruling) {
        Details claimed = cases.claim(person, REASON).orElseThrow();
        cases.decide(person, claimed.summary().caseId(), claimed.leaseId(), ruling, false, REASON);
        return claimed.summary().caseId();
    }

    List<String> audited() {
        return database.asSuperuser()
                .withHandle(handle -> handle.createQuery(
                                "SELECT action || ' ' || actor || ' ' || details FROM audit_log ORDER BY position")
                        .mapTo(String.class)
                        .list());
    }
}
