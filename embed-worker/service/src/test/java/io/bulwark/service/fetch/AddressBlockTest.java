package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.service.fetch.AddressGuard.SpecialAddresses.AddressBlock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressBlockTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "172.16.0.0/12, 172.31.255.255, true",
        "172.16.0.0/12, 172.32.0.0, false",
        "100.64.0.0/10, 100.127.1.1, true",
        "100.64.0.0/10, 100.128.0.0, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "fe80::/10, febf::1, true",
        "fe80::/10, fec0::1, false",
        "::1/128, ::1, true",
        "::/0, 10.0.0.1, false",
    })
    void holds_the_addresses_that_share_its_leading_bits(String block, String address, boolean contained)
            throws UnknownHostException {
        assertThat(AddressBlock.parse(block)
                        .contains(InetAddress.getByName(address).getAddress()))
                .isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/-1", "fe80::/129", "example.com/8", "10.0.0.0/x", "300.1.1.1/8"})
    void what_is_no_block_is_said_to_be_none(String text) {
        assertThatThrownBy(() -> AddressBlock.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @Test
    void a_host_name_is_not_taken_for_an_address() {
        assertThat(AddressBlock.isLiteral("example.com")).isFalse();
        assertThat(AddressBlock.isLiteral("10.example.com")).isFalse();
        assertThat(AddressBlock.isLiteral("10.1.2.3")).isTrue();
        assertThat(AddressBlock.isLiteral("fe80::1")).isTrue();
    }
}
