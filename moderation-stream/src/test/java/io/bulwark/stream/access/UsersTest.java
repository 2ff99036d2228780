package io.bulwark.stream.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.elytron.security.common.BcryptUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {

    private static final String HASH = BcryptUtil.bcryptHash("correct horse battery", 8);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("users");
    }

    @Test
    void aLineIsAUserWithTenantAndRoles() throws IOException {
        write("# who may come in", "", "ana:" + HASH + ":shop:reviewer,curator", "root:" + HASH + ":*:admin");
        var users = new Users(Optional.of(file));
        Visitor ana = users.find("ana").orElseThrow().visitor();
        assertThat(ana.tenant()).contains("shop");
        assertThat(ana.roles()).containsExactlyInAnyOrder("viewer", "reviewer", "curator");
        assertThat(users.find("root").orElseThrow().visitor().tenant()).isEmpty();
        assertThat(users.find("unknown")).isEmpty();
    }

    /** htpasswd -B writes 2y, most libraries 2b; all are the same function of what people can type. */
    @ParameterizedTest
    @ValueSource(strings = {"$2a$", "$2b$", "$2y$"})
    void aHashThatIsAcceptedLetsItsPasswordIn(String prefix) {
        Users.User user = Users.User.parse("ana:" + prefix + HASH.substring(prefix.length()) + ":shop:viewer");
        assertThat(BcryptUtil.matches("correct horse battery", user.hash())).isTrue();
        assertThat(BcryptUtil.matches("correct horse batteru", user.hash())).isFalse();
    }

    /** Otherwise the time of an answer tells which names there are. */
    @Test
    void thePasswordOfAnUnknownNameCostsAsMuchAsThatOfAKnownOne() throws IOException {
        write("ana:" + HASH + ":shop:viewer", "bert:" + BcryptUtil.bcryptHash("another", 9) + ":shop:viewer");
        assertThat(new Users(Optional.of(file)).hashForUnknownNames()).matches("\\$2[aby]\\$09\\$.+");
        write("# no one yet");
        String nobodys = new Users(Optional.of(file)).hashForUnknownNames();
        assertThat(nobodys).matches("\\$2[aby]\\$12\\$.+");
        assertThat(BcryptUtil.matches("correct horse battery", nobodys)).isFalse();
    }

    @Test
    void theFileIsReadAgainWhenItChangesAndABadFileKeepsTheFormerUsers() throws IOException {
        write("ana:" + HASH + ":shop:viewer");
        var users = new Users(Optional.of(file));
        write("bert:" + HASH + ":shop:viewer");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(2)));
        assertThat(users.find("ana")).isEmpty();
        assertThat(users.find("bert")).isPresent();
        write("nonsense");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(4)));
        assertThat(users.find("bert")).isPresent();
    }

    /** Quarkus writes the identity's name into the cookie, also where it renews one. */
    @Test
    void aSessionNamesItsUserAndIsAnotherOneAfterEveryChange() throws IOException {
        Users.User user = Users.User.parse("ana:" + HASH + ":shop:viewer,reviewer");
        assertThat(user.identity().getPrincipal().getName()).isEqualTo(user.session());
        assertThat(Visitor.behind(user.identity()).name()).isEqualTo("ana");
        assertThat(Users.User.nameIn(user.session())).isEqualTo("ana");
        assertThat(Users.User.nameIn("ana")).isEmpty();
        assertThat(Users.User.parse("ana:" + HASH + ":shop:reviewer,viewer").session())
                .isEqualTo(user.session());
        assertThat(List.of(
                        "ana:" + BcryptUtil.bcryptHash("correct horse battery", 8) + ":shop:viewer,reviewer",
                        "ana:" + HASH + ":bank:viewer,reviewer",
                        "ana:" + HASH + ":shop:viewer"))
                .allSatisfy(line -> assertThat(Users.User.parse(line).session()).isNotEqualTo(user.session()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ana:HASH:shop | it has 3 fields",
                "a b:HASH:shop:viewer | a name is",
                "ana:plain:shop:viewer | none of bcrypt",
                "ana:HASH:sh op:viewer | a tenant is",
                "ana:HASH:shop:god | roles are of",
            })
    void aWrongLineIsNamedWithoutTheHash(String line, String told) throws IOException {
        write("", line.replace("HASH", HASH));
        assertThatThrownBy(() -> new Users(Optional.of(file)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Line 2 of " + file)
                .hasMessageContaining(told)
                .hasMessageNotContaining(HASH);
    }

    @Test
    void aFileThatIsNotThereNamesTheSettingAndTheCommand() {
        assertThatThrownBy(() -> new Users(Optional.of(file)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("bulwark.access.users-file")
                .hasMessageContaining("bulwark users add");
    }

    @Test
    void rolesIncludeThoseBelowAndUnknownOnesAreNone() {
        assertThat(Roles.withIncluded(Set.of("senior", "offline_access")))
                .containsExactlyInAnyOrder("viewer", "reviewer", "senior");
        assertThat(Roles.withIncluded(Set.of("curator"))).containsExactlyInAnyOrder("viewer", "curator");
        assertThat(Roles.withIncluded(Set.of("admin")))
                .containsExactlyInAnyOrder("viewer", "reviewer", "senior", "curator", "admin");
    }

    @Test
    void designatedStaffAreOfOneTenantAndNoOtherRoleIncludesThem() {
        for (String role : Roles.ALL) {
            assertThat(Roles.withIncluded(Set.of(role)).contains("child-safety"))
                    .as(role)
                    .isEqualTo(role.equals("child-safety"));
        }
        assertThat(Visitor.of("dina", "shop", Set.of("child-safety")).roles())
                .containsExactlyInAnyOrder("child-safety", "viewer");
        assertThat(Visitor.of("stella", "*", Set.of("admin", "child-safety")).roles())
                .contains("admin")
                .doesNotContain("child-safety");
    }

    private void write(String... lines) throws IOException {
        Files.writeString(file, String.join("\n", lines));
    }
}
