package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.bank.BankContents.LatticeHash;
import io.bulwark.perception.hash.Sha256;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatticeHashTest {

    @Test
    void theSumIsThatOfWhatIsThereInWhateverOrderItCameAndWentThrough() {
        List<Sha256> elements = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            elements.add(Sha256.ofText("element " + i));
        }
        LatticeHash straight = new LatticeHash();
        elements.subList(0, 20).forEach(straight::add);

        Collections.shuffle(elements.subList(0, 20), new Random(1));
        LatticeHash winding = new LatticeHash();
        elements.forEach(winding::add);
        elements.subList(20, 30).forEach(winding::remove);

        assertThat(winding.bytes()).isEqualTo(straight.bytes());
        winding.remove(elements.get(0));
        assertThat(winding.bytes()).isNotEqualTo(straight.bytes());
    }

    /** Python: {@code b"".join(hashlib.sha256(seed + i.to_bytes(4, "big")).digest() for i in range(64))} of "a"'s digest. */
    @Test
    void oneElementIsItsOwnExpansion() {
        LatticeHash one = new LatticeHash();
        one.add(Sha256.ofText("a"));

        assertThat(one.bytes()).hasSize(2048);
        assertThat(HexFormat.of().formatHex(one.bytes(), 0, 8)).isEqualTo("5aa0f32727248618");
        assertThat(HexFormat.of().formatHex(one.bytes(), 2040, 2048)).isEqualTo("242508ad83fc623d");
    }
}
