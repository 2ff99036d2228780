package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {

    private final AddressGuard guard = new AddressGuard(List.of());

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, unspecified",
        "0.1.2.3, unspecified",
        "10.1.2.3, private",
        "100.64.0.1, carrier-grade NAT",
        "100.127.255.255, carrier-grade NAT",
        "127.0.0.1, loopback",
        "127.255.0.9, loopback",
        "169.254.169.254, link-local",
        "172.16.0.1, private",
        "172.31.255.255, private",
        "192.0.0.8, protocol assignments",
        "192.0.2.1, documentation",
        "192.168.1.1, private",
        "198.18.0.1, benchmarking",
        "198.51.100.1, documentation",
        "203.0.113.1, documentation",
        "224.0.0.1, multicast",
        "240.0.0.1, reserved",
        "255.255.255.255, reserved",
        "::, unspecified",
        "::1, loopback",
        "fc00::1, unique local",
        "fdff::1, unique local",
        "fe80::1, link-local",
        "fec0::1, site-local",
        "ff02::1, multicast",
        "100::1, discard",
        "2001:db8::1, documentation",
    })
    void an_address_that_is_not_public_is_forbidden_with_its_kind(String address, String kind) {
        assertThat(guard.forbids("host", address(address))).contains(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "::ffff:127.0.0.1, loopback",
        "::ffff:10.0.0.1, private",
        "::127.0.0.1, IPv4-compatible",
        "::8.8.8.8, IPv4-compatible",
        "2002:7f00:1::, loopback inside 6to4",
        "2002:a9fe:a9fe::1, link-local inside 6to4",
        "64:ff9b::127.0.0.1, loopback inside NAT64",
        "64:ff9b::a9fe:a9fe, link-local inside NAT64",
        "64:ff9b:1::808:808, local NAT64",
        "2001:0:a00:1::f5f5:f5f5, private inside Teredo",
        "2001:0:808:808::80ff:fffe, loopback inside Teredo",
        "2001:0:808:808::f7f7:f7f7, Teredo",
    })
    void an_ipv4_address_hidden_in_an_ipv6_one_is_found(String address, String kind) {
        assertThat(guard.forbids("host", address(address))).contains(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "1.1.1.1",
                "100.63.255.255",
                "100.128.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "169.253.255.255",
                "223.255.255.255",
                "2606:4700::1111",
                "2002:808:808::1",
                "64:ff9b::8.8.8.8",
            })
    void a_public_address_is_allowed(String address) {
        assertThat(guard.forbids("host", address(address))).isEmpty();
    }

    @Test
    void an_allowed_block_is_let_through_and_only_that() {
        AddressGuard allowing = new AddressGuard(List.of("10.1.0.0/16", "127.0.0.1"));

        assertThat(allowing.forbids("host", address("10.1.2.3"))).isEmpty();
        assertThat(allowing.forbids("host", address("127.0.0.1"))).isEmpty();
        assertThat(allowing.forbids("host", address("10.2.0.1"))).isPresent();
        assertThat(allowing.forbids("host", address("127.0.0.2"))).isPresent();
    }

    @Test
    void an_allowed_host_may_be_anywhere_whatever_its_case() {
        AddressGuard allowing = new AddressGuard(List.of("Images.Internal"));

        assertThat(allowing.forbids("images.internal", address("10.0.0.1"))).isEmpty();
        assertThat(allowing.forbids("other.internal", address("10.0.0.1"))).isPresent();
    }

    @Test
    void an_allow_list_with_a_broken_block_is_refused() {
        assertThatThrownBy(() -> new AddressGuard(List.of("10.0.0.0/99")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10.0.0.0/99");
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(text, impossible);
        }
    }
}
