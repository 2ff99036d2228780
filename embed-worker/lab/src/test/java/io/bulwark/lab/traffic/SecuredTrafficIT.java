package io.bulwark.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.BulwarkCommand;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.testing.GivenSecurity;
import io.bulwark.schemas.testing.SecuredBroker;
import io.bulwark.schemas.testing.SecuredBroker.Door;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line at a broker with TLS, users and ACLs. */
class SecuredTrafficIT {

    @TempDir
    static Path folder;

    private static SecuredBroker broker;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() {
        broker = new SecuredBroker(folder);
        broker.addUser("producer", "the-password", Role.PRODUCER);
        broker.addUser("subscriber", "the-password", Role.SUBSCRIBER);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void a_file_of_settings_lets_a_user_in_to_what_is_his() throws IOException {
        Path picture = Files.writeString(folder.resolve("cat.jpg"), "not really a picture");

        assertThat(run("producer", "the-password", "upload", picture.toString()))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);
        assertThat(run("subscriber", "the-password", "verdicts"))
                .as(err::toString)
                .isEqualTo(ExitCodes.OK);
    }

    @Test
    void what_is_not_his_is_denied_in_one_line() throws IOException {
        assertThat(run("producer", "the-password", "verdicts")).isEqualTo(ExitCodes.UNAVAILABLE);

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("denies access", "moderation.verdicts", "access rules of its role");
    }

    @Test
    void an_upload_that_the_broker_does_not_take_is_no_success() throws IOException {
        Path picture = Files.writeString(folder.resolve("dog.jpg"), "not really a picture");

        assertThat(run("subscriber", "the-password", "upload", picture.toString()))
                .isEqualTo(ExitCodes.UNAVAILABLE);

        assertThat(err.toString()).contains("images.uploaded did not take an upload");
        assertThat(out.toString()).doesNotContain("dog.jpg");
    }

    @Test
    void a_wrong_password_is_one_line_that_names_the_setting_and_not_the_password() throws IOException {
        assertThat(run("producer", "not-the-password", "verdicts")).isEqualTo(ExitCodes.UNAVAILABLE);

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains(broker.servers(Door.SCRAM), "bulwark.kafka.security.username")
                .doesNotContain("not-the-password");
    }

    private int run(String user, String password, String command, String... rest) throws IOException {
        StringBuilder settings =
                new StringBuilder("bulwark.kafka.bootstrap-servers=" + broker.servers(Door.SCRAM) + "\n");
        GivenSecurity.scram(broker.authority(), user, password)
                .settings()
                .forEach((name, value) -> settings.append(name + "=" + value + "\n"));
        Path file = Files.writeString(folder.resolve("client.properties"), settings);

        String[] arguments = new String[rest.length + 3];
        arguments[0] = command;
        arguments[1] = "--config";
        arguments[2] = file.toString();
        System.arraycopy(rest, 0, arguments, 3, rest.length);
        CommandLine commandLine = BulwarkCommand.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
