package io.bulwark.stream.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.AddressRange;
import io.bulwark.stream.access.Passwords.CallerAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallerAddressTest {

    private static final String INGRESS = "10.1.2.3";

    @Test
    void withoutTrustedProxiesTheHeaderIsNotRead() {
        assertThat(callers().of(INGRESS, List.of("198.51.100.7"))).isEqualTo(INGRESS);
    }

    @Test
    void aCallerThatIsNoProxyIsNotBelieved() {
        assertThat(callers("10.0.0.0/8").of("203.0.113.9", List.of("198.51.100.7")))
                .isEqualTo("203.0.113.9");
    }

    /** What stands left of the last untrusted address is what that caller claims. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "198.51.100.7 | 198.51.100.7",
                "1.2.3.4, 198.51.100.7 | 198.51.100.7",
                "1.2.3.4, 10.9.9.9, 198.51.100.7 | 198.51.100.7",
                "198.51.100.7, 10.9.9.9 | 198.51.100.7",
                "198.51.100.7:51234 | 198.51.100.7",
                "[2001:db8::7]:443, 10.9.9.9 | 2001:db8:0:0:0:0:0:7",
                "2001:db8::7 | 2001:db8:0:0:0:0:0:7",
                "10.9.9.9 | 10.9.9.9",
                "someone, 10.9.9.9 | 10.9.9.9",
                "198.51.100.7, localhost | 10.1.2.3",
            })
    void fromTheRightTheFirstThatIsNoProxyIsTheCaller(String header, String caller) {
        assertThat(callers("10.0.0.0/8").of(INGRESS, List.of(header))).isEqualTo(caller);
    }

    @Test
    void severalHeadersAreOneListAndNoneIsTheProxyItself() {
        CallerAddress callers = callers("10.0.0.0/8", "fd00::/8");
        assertThat(callers.of(INGRESS, List.of("1.2.3.4", "198.51.100.7, fd00::1")))
                .isEqualTo("198.51.100.7");
        assertThat(callers.of(INGRESS, List.of())).isEqualTo(INGRESS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "ingress", "10.0.0.0/0", "::/0", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0.0/x", "300.0.0.1"})
    void whatIsNoRangeOrAllAddressesIsRefused(String text) {
        assertThat(AddressRange.parse(text)).isEmpty();
    }

    /** The JDK looks names up that have the form of an address and are none. */
    @ParameterizedTest
    @ValueSource(strings = {"999.9.9.9", "256.0.0.1", "010.0.0.1", "1.2.3", ".::1"})
    void whatIsNearlyAnAddressIsNone(String text) {
        assertThat(AddressRange.address(text)).isEmpty();
    }

    @Test
    void aRangeHoldsItsAddressesAlone() {
        AddressRange range = AddressRange.parse("192.0.2.128/25").orElseThrow();
        assertThat(range.holds(AddressRange.address("192.0.2.255").orElseThrow()))
                .isTrue();
        assertThat(range.holds(AddressRange.address("192.0.2.127").orElseThrow()))
                .isFalse();
        assertThat(range.holds(AddressRange.address("::1").orElseThrow())).isFalse();
        assertThat(range.holds(AddressRange.address("::ffff:192.0.2.200").orElseThrow()))
                .as("the same address as IPv6 writes it")
                .isTrue();
    }

    private static CallerAddress callers(String... proxies) {
        return new CallerAddress(Arrays.stream(proxies)
                .map(proxy -> AddressRange.parse(proxy).orElseThrow())
                .toList());
    }
}
