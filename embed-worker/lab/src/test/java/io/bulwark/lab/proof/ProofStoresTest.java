package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With RocksDB's file of a store's identity alone: it makes one with the store, and leaves it as it is then. */
class ProofStoresTest {

    @TempDir
    private Path state;

    @Test
    void a_store_that_was_wiped_and_made_again_is_counted_and_one_that_is_new_or_gone_is_not() throws IOException {
        made("app/0_1/rocksdb/kept", "one");
        made("app/0_1/rocksdb/gone", "two");
        made("app/0_1/rocksdb/windows/windows.7", "three");
        ProofStores before = ProofStores.read(state);
        assertThat(before.identities()).hasSize(3);

        Files.delete(state.resolve("app/0_1/rocksdb/gone/IDENTITY"));
        made("app/0_2/rocksdb/kept", "four");
        assertThat(ProofStores.read(state).rebuiltSince(before)).isZero();

        made("app/0_1/rocksdb/windows/windows.7", "five");
        assertThat(ProofStores.read(state).rebuiltSince(before)).isEqualTo(1);
    }

    @Test
    void a_state_that_is_not_there_has_no_stores() {
        assertThat(ProofStores.read(state.resolve("none")).identities()).isEmpty();
    }

    private void made(String store, String identity) throws IOException {
        Files.writeString(Files.createDirectories(state.resolve(store)).resolve("IDENTITY"), identity);
    }
}
