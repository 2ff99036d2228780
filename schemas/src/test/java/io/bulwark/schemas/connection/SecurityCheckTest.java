package io.bulwark.schemas.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.testing.Authority;
import io.bulwark.schemas.testing.GivenSecurity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityCheckTest {

    @TempDir
    static Path folder;

    private static Authority authority;

    @BeforeAll
    static void certificates() {
        authority = new Authority(folder, "CN=Check");
    }

    @Test
    void nothingAtAllIsPlaintextAndAllowed() {
        assertThat(complaints(GivenSecurity.none())).isEmpty();
        assertThat(complaints(new GivenSecurity(Map.of("protocol", "PLAINTEXT"))))
                .isEmpty();
    }

    @Test
    void completeSettingsOfEveryKindAreAllowed() {
        assertThat(complaints(GivenSecurity.scram(authority, "worker", "secret")))
                .isEmpty();
        assertThat(complaints(GivenSecurity.mutualTls(authority, authority.keystore("CN=worker"))))
                .isEmpty();
        assertThat(complaints(new GivenSecurity(Map.of("protocol", "SSL"))
                        .with("truststore", authority.truststorePem())
                        .with("keystore", authority.keystorePem("CN=worker"))))
                .isEmpty();
        assertThat(complaints(GivenSecurity.scram(authority, "worker", "secret").with("mechanism", "PLAIN")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "protocol=TLS                                       | protocol is TLS, allowed is one of [PLAINTEXT, SSL",
                "username=a                                         | username is set, but bulwark.kafka.security.protocol is PLAINTEXT",
                "password=geheim                                    | password is set, but",
                "keystore=x                                         | keystore is set, but",
                "protocol=SSL username=a                            | username is set, but bulwark.kafka.security.protocol is SSL",
                "protocol=SASL_PLAINTEXT truststore=x username=a password=geheim | truststore is set, but",
                "protocol=SASL_PLAINTEXT mechanism=PLAIN username=a password=geheim | would send the password in clear",
                "protocol=SASL_SSL mechanism=SCRAM username=a password=geheim | mechanism is SCRAM, allowed is one of [OAUTHBEARER, PLAIN",
                "protocol=SASL_SSL mechanism=OAUTHBEARER username=a password=geheim | token-endpoint is nothing, allowed is an address",
                "protocol=SASL_SSL mechanism=OAUTHBEARER username=a password=geheim token-endpoint=login | token-endpoint is login",
                "protocol=SASL_SSL mechanism=OAUTHBEARER username=a password=geheim token-endpoint=http://login.example.org/ | allowed is an address of https",
                "protocol=SASL_PLAINTEXT mechanism=OAUTHBEARER username=a password=geheim token-endpoint=https://a/ | would send the token in clear",
                "protocol=SASL_SSL username=a password=geheim token-endpoint=https://a/ | allowed is with bulwark.kafka.security.mechanism=OAUTHBEARER",
                "protocol=SASL_SSL password=geheim                  | username is nothing",
                "protocol=SASL_SSL username=a                       | password-file is nothing",
                "protocol=SASL_SSL username=a password=geheim password-file=x | are both set, allowed is one",
                "protocol=SASL_SSL username=a password-file=/no/such/file | password-file is /no/such/file, which cannot be read",
                "protocol=SSL truststore=/no/such/file              | truststore is /no/such/file, which does not exist",
                "protocol=SSL keystore=/no/such/file                | keystore is /no/such/file, which does not exist",
                "protocol=SSL truststore-password=geheim            | truststore-password is set without bulwark.kafka.security.truststore",
            })
    void whatDoesNotAgreeIsNamedWithoutAnyPassword(String settings, String told) {
        var given = GivenSecurity.none();
        for (String setting : settings.split(" +")) {
            String[] parts = setting.split("=", 2);
            given = given.with(parts[0], parts[1]);
        }
        assertThat(complaints(given))
                .anySatisfy(complaint -> assertThat(complaint)
                        .startsWith("bulwark.kafka.security.")
                        .contains(told))
                .noneSatisfy(complaint -> assertThat(complaint).contains("geheim"));
    }

    @Test
    void aStoreThatDoesNotOpenIsNamed() throws IOException {
        var given = GivenSecurity.mutualTls(authority, authority.keystore("CN=worker"));
        assertThat(complaints(given.with("keystore-password", "wrong")))
                .singleElement()
                .asString()
                .contains("security.keystore is ", "does not open (is its password right?)");
        assertThat(complaints(given.with("truststore", Files.writeString(folder.resolve("no.store"), "nonsense"))))
                .singleElement()
                .asString()
                .contains("security.truststore is ", "does not open");
    }

    @Test
    void aStoreWithNothingOfUseIsNamed() {
        var given = GivenSecurity.mutualTls(authority, authority.truststore());
        assertThat(complaints(given)).singleElement().asString().contains("holds no private key");
    }

    @Test
    void anExpiredCertificateOfOursIsNamedWithItsOwnerAndDay() {
        var given = GivenSecurity.mutualTls(authority, authority.expiredKeystore("CN=worker"));
        assertThat(complaints(given))
                .singleElement()
                .asString()
                .contains("security.keystore is ", "certificate of CN=worker expired on 20", "have it renewed");
    }

    @Test
    void aTruststoreOfExpiredCertificatesIsNamed() {
        var given = new GivenSecurity(Map.of("protocol", "SSL")).with("truststore", authority.truststorePem());
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(31));
        assertThat(SecurityCheck.complaints(given, Set.of(), later))
                .singleElement()
                .asString()
                .contains("in which every certificate has expired");
    }

    @Test
    void anEmptyPasswordFileIsNamed() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty"), "\n");
        assertThat(complaints(new GivenSecurity(Map.of("protocol", "SASL_SSL", "username", "a"))
                        .with("password-file", empty)))
                .containsExactly("bulwark.kafka.security.password-file is empty, allowed is a password");
    }

    @Test
    void thePropertiesMayNotSayTheSameOnceMore() {
        var given = GivenSecurity.scram(authority, "worker", "secret");
        var others = Set.of("sasl.jaas.config", "ssl.cipher.suites", "security.protocol");
        assertThat(SecurityCheck.complaints(given, others, Clock.systemUTC()))
                .hasSize(2)
                .anySatisfy(complaint -> assertThat(complaint).contains("bulwark.kafka.properties.sasl.jaas.config"))
                .anySatisfy(complaint -> assertThat(complaint).contains("bulwark.kafka.properties.security.protocol"));
        assertThat(SecurityCheck.complaints(GivenSecurity.none(), others, Clock.systemUTC()))
                .as("without the block the properties are free")
                .isEmpty();
    }

    private static List<String> complaints(KafkaSecurity settings) {
        return SecurityCheck.complaints(settings, Set.of(), Clock.systemUTC());
    }
}
