package io.bulwark.lab.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.BulwarkCommand;
import io.bulwark.schemas.auditlog.AuditRow;
import io.bulwark.schemas.auditlog.Digest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
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
