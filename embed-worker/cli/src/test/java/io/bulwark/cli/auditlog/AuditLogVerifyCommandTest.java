package io.bulwark.cli.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.BulwarkCommand;
import io.bulwark.schemas.auditlog.AuditRow;
import io.bulwark.schemas.auditlog.AuditRow.Digest;
import io.bulwark.schemas.auditlog.Checkpoint;
import io.bulwark.schemas.auditlog.Checkpoint.Anchor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AuditLogVerifyCommandTest {

    @TempDir
    private Path folder;

    private final List<String> lines = new ArrayList<>();
    private final StringWriter printed = new StringWriter();
    private final List<AuditRow> rows = new ArrayList<>();
    private Digest end;

    @BeforeEach
    void fiveRows() {
        Digest previous = AuditRow.FIRST;
        for (int position = 1; position <= 5; position++) {
            AuditRow row = AuditRow.after(
                    previous,
                    "default",
                    position,
                    Instant.parse("2026-11-26T10:00:00Z"),
                    "anna",
                    "review.decided",
                    "item/" + position,
                    "{}");
            rows.add(row);
            lines.add(line(row));
            previous = row.hash();
        }
        end = previous;
    }

    @Test
    void anUntouchedExportHolds() throws IOException {
        assertThat(verify()).isZero();
        assertThat(printed.toString()).contains("end of default: row 5, " + end, "rows=5 anchors=0 faults=0");
    }

    @Test
    void anEditedRowFails() throws IOException {
        lines.set(1, lines.get(1).replace("anna", "ben"));
        assertThat(verify()).isEqualTo(1);
        assertThat(printed.toString()).contains("default row 2: EDITED");
    }

    @Test
    void aDroppedRowFails() throws IOException {
        lines.remove(1);
        assertThat(verify()).isEqualTo(1);
        assertThat(printed.toString()).contains("default row 2: DROPPED");
    }

    @Test
    void aDoubledRowFails() throws IOException {
        lines.add(2, lines.get(1));
        assertThat(verify()).isEqualTo(1);
        assertThat(printed.toString()).contains("default row 2: DOUBLED");
    }

    @Test
    void aReorderedRowFails() throws IOException {
        Collections.swap(lines, 1, 2);
        assertThat(verify()).isEqualTo(1);
        assertThat(printed.toString()).contains("default row 2: REORDERED");
    }

    @Test
    void aRowThatWasCutOffTheEndFailsAgainstItsAnchor() throws IOException {
        lines.remove(4);
        Path anchors = folder.resolve("anchors");
        Files.writeString(anchors, "{\"tenant\":\"default\",\"position\":5,\"hash\":\"" + end + "\"}\n");
        assertThat(verify("--anchors", anchors.toString())).isEqualTo(1);
        assertThat(printed.toString()).contains("default row 5: DROPPED");
    }

    @Test
    void aLogMayBeginAfterASignedCheckpoint() throws IOException, GeneralSecurityException {
        AuditRow second = rows.get(1);
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Checkpoint signed = Checkpoint.sign(
                new Anchor("default", 2, second.hash()), Instant.parse("2026-11-27T10:00:00Z"), keys.getPrivate());
        Path checkpoints = folder.resolve("checkpoints");
        Files.writeString(
                checkpoints,
                "{\"tenant\":\"default\",\"position\":2,\"hash\":\"" + signed.hash() + "\",\"signedAt\":\""
                        + signed.signedAt() + "\",\"signature\":\"" + signed.signature() + "\"}\n");
        lines.subList(0, 2).clear();
        assertThat(verify()).isEqualTo(1);
        String[] options = {
            "--checkpoints",
            checkpoints.toString(),
            "--checkpoint-key",
            pem(keys).toString()
        };
        assertThat(verify(options)).isZero();
        assertThat(printed.toString()).contains("rows=3 anchors=0 faults=0");
        assertThat(verify("--checkpoints", checkpoints.toString())).isEqualTo(2);

        pem(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        assertThat(verify(options)).isEqualTo(1);
        assertThat(printed.toString()).contains("the checkpoint of row 2 of default is not signed by the key of");
    }

    private Path pem(KeyPair keys) throws IOException {
        String base64 = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
        return Files.writeString(
                folder.resolve("key.pem"), "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n");
    }

    @Test
    void itSaysHowMuchOfTheEndNoAnchorCovers() throws IOException {
        assertThat(verify()).isZero();
        assertThat(printed.toString())
                .contains("tail of default: 5 rows from row 1 on are not anchored, the first of 2026-11-26T10:00:00Z");
        String third = lines.get(2).replaceAll(".*\"hash\":\"([0-9a-f]{64})\".*", "$1");
        Path anchors = folder.resolve("anchors");
        Files.writeString(anchors, "{\"tenant\":\"default\",\"position\":3,\"hash\":\"" + third + "\"}\n");
        assertThat(verify("--anchors", anchors.toString())).isZero();
        assertThat(printed.toString()).contains("tail of default: 2 rows from row 4 on are not anchored");
        Files.writeString(anchors, "{\"tenant\":\"default\",\"position\":5,\"hash\":\"" + end + "\"}\n");
        assertThat(verify("--anchors", anchors.toString())).isZero();
        assertThat(printed.toString()).contains("tail of default: every row is anchored");
    }

    @Test
    void aLineThatIsNoRowIsNamed() throws IOException {
        lines.set(2, "{\"tenant\":\"default\"}");
        assertThat(verify()).isEqualTo(1);
        assertThat(printed.toString()).contains("line 3, is not what an audit log exports");
    }

    @Test
    void withoutFilesOrADatabaseTheCommandLineIsWrong() {
        assertThat(run("audit-log", "verify")).isEqualTo(2);
    }

    private int verify(String... more) throws IOException {
        Path file = folder.resolve("rows");
        Files.write(file, lines);
        List<String> arguments = new ArrayList<>(List.of("audit-log", "verify", file.toString()));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private int run(String... arguments) {
        CommandLine command = BulwarkCommand.commandLine();
        command.setOut(new PrintWriter(printed, true));
        command.setErr(new PrintWriter(printed, true));
        return command.execute(arguments);
    }

    private static String line(AuditRow row) {
        return "{\"tenant\":\"" + row.tenant() + "\",\"position\":" + row.position() + ",\"at\":\"" + row.at()
                + "\",\"actor\":\"" + row.actor() + "\",\"action\":\"" + row.action() + "\",\"subject\":\""
                + row.subject() + "\",\"details\":\"" + row.details() + "\",\"previous\":\"" + row.previous()
                + "\",\"hash\":\"" + row.hash() + "\"}";
    }
}
