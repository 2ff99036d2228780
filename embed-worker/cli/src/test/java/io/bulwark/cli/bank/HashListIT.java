package io.bulwark.cli.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.terminal.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code bulwark bank hashes}. */
class HashListIT extends BankCommandCase {

    @Test
    void a_hash_list_goes_into_a_bank_and_comes_out_again() throws IOException {
        assertThat(commands.run("build", "--bank", "listed", someSamples().toString()))
                .isEqualTo(ExitCodes.OK);
        Path list = folder.resolve("list.csv");
        Files.writeString(list, """
                type,hash,id,label,quality
                sha256,%s,case-1,,
                pdq,%s,case-2,terror,90
                pdq,%s,case-3,terror,10
                pdna,0123,case-4,,
                """.formatted("ab".repeat(32), "0f".repeat(32), "f0".repeat(32)));

        assertThat(commands.run("hashes", "import", "--bank", "listed", "--label", "csam", list.toString()))
                .isEqualTo(ExitCodes.OK);
        assertThat(commands.answers().get(0).get("imported").asInt()).isEqualTo(2);
        assertThat(commands.run("verify", "--bank", "listed", "--flagged-labels", "gambling"))
                .as("hashes are no references of another model")
                .isEqualTo(ExitCodes.OK);

        Path exported = folder.resolve("exported.csv");
        assertThat(commands.run("hashes", "export", "--bank", "listed", exported.toString()))
                .isEqualTo(ExitCodes.OK);
        assertThat(Files.readString(exported))
                .contains("case-1,csam,sha256,\"" + "ab".repeat(32))
                .contains("case-2,terror,pdq,\"" + "0f".repeat(32))
                .contains("gambling/simple_h_7.png,gambling,sha256,\"");

        Files.writeString(list, "type,hash,id,label,quality\npdq," + "00ff".repeat(16) + ",case-5,terror,90\n");
        assertThat(commands.run(
                        "hashes", "import", "--bank", "listed", "--label", "csam", "--replace", list.toString()))
                .isEqualTo(ExitCodes.OK);
        assertThat(commands.answers().get(0).get("removed").asInt())
                .as("those of --label, and of the labels in the list")
                .isEqualTo(2);

        assertThat(commands.run("hashes", "remove", "--bank", "listed", "00FF".repeat(16)))
                .isEqualTo(ExitCodes.OK);
        assertThat(commands.run("hashes", "remove", "--bank", "listed", "00ff".repeat(16)))
                .as("it is gone")
                .isEqualTo(ExitCodes.FAILED);

        Files.writeString(list, "type,hash\nsha256,xyz\n");
        assertThat(commands.run("hashes", "import", "--bank", "listed", "--label", "csam", list.toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("line 2");
    }

    /** A dozen of the samples' bank, of two labels: enough to vote. */
    private Path someSamples() throws IOException {
        Path samples = BankCommandLine.checkout().resolve("deploy/local/samples/bank");
        Path some = folder.resolve("samples");
        for (String label : List.of("gambling", "plants")) {
            Path copies = Files.createDirectories(some.resolve(label));
            try (Stream<Path> files = Files.list(samples.resolve(label))) {
                for (Path file :
                        files.sorted(Comparator.reverseOrder()).limit(12).toList()) {
                    Files.copy(file, copies.resolve(file.getFileName()));
                }
            }
        }
        return some;
    }
}
