package io.bulwark.cli.users;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.wildfly.security.password.PasswordFactory;
import org.wildfly.security.password.WildFlyElytronPasswordProvider;
import org.wildfly.security.password.util.ModularCrypt;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class UsersCommandTest {

    private static final String PASSWORD = "correct horse battery";

    @TempDir
    Path folder;

    private final CapturedCommands commands = new CapturedCommands();
    private final InputStream before = System.in;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("users");
    }

    @AfterEach
    void putInputBack() {
        System.setIn(before);
    }

    @Test
    void a_user_is_added_with_a_hash_that_fits_the_password_and_a_file_that_is_the_owners() throws Exception {
        assertThat(add(PASSWORD, "ana", "--tenant", "shop", "--role", "reviewer,curator"))
                .isEqualTo(ExitCodes.OK);

        String[] fields = Files.readString(file).strip().split(":");
        assertThat(fields).hasSize(4);
        assertThat(fields[0]).isEqualTo("ana");
        assertThat(fits(fields[1], PASSWORD)).isTrue();
        assertThat(fits(fields[1], "another password")).isFalse();
        assertThat(fields[1]).startsWith("$2a$12$");
        assertThat(fields[2]).isEqualTo("shop");
        assertThat(fields[3]).isEqualTo("curator,reviewer");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(commands.out()).contains("added ana").doesNotContain(PASSWORD);
    }

    @Test
    void a_second_time_the_user_is_changed_and_others_stay() throws Exception {
        add(PASSWORD, "ana");
        add(PASSWORD, "bert", "--tenant", "*", "--role", "admin");
        add("a password of today", "ana", "--role", "senior");

        assertThat(Files.readAllLines(file)).hasSize(2);
        assertThat(run("list")).isEqualTo(ExitCodes.OK);
        assertThat(commands.out()).contains("changed ana", "ana  tenant default  senior", "bert  tenant *  admin");
    }

    @Test
    void a_user_is_removed_and_one_that_there_is_not_is_named() throws Exception {
        add(PASSWORD, "ana");
        assertThat(run("remove", "bert")).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("there is no user bert but [ana]");
        assertThat(run("remove", "ana")).isEqualTo(ExitCodes.OK);
        assertThat(Files.readAllLines(file)).isEmpty();
    }

    @Test
    void what_is_not_allowed_is_named_and_nothing_is_written() {
        assertThat(add("short", "ana")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("at least 12 characters");
        assertThat(add(PASSWORD, "ana:x")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("the name is 'ana:x'");
        assertThat(add(PASSWORD, "ana", "--role", "god")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("the roles are [god], allowed are viewer");
        assertThat(add(PASSWORD, "ana", "--tenant", "a b")).isEqualTo(ExitCodes.USAGE);
        assertThat(file).doesNotExist();
    }

    private int add(String password, String... arguments) {
        System.setIn(new ByteArrayInputStream((password + "\n").getBytes(StandardCharsets.UTF_8)));
        String[] all = new String[arguments.length + 2];
        all[0] = "add";
        all[1] = "--password-stdin";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return run(all);
    }

    private int run(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "users";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--file";
        all[all.length - 1] = file.toString();
        return commands.run(all);
    }

    private static boolean fits(String hash, String password) throws Exception {
        var factory = PasswordFactory.getInstance("bcrypt", new WildFlyElytronPasswordProvider());
        return factory.verify(factory.translate(ModularCrypt.decode(hash)), password.toCharArray());
    }
}
