package io.bulwark.service.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.ContentHashes;
import io.bulwark.perception.bank.HashMatch;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.NearReferences;
import io.bulwark.service.lifecycle.Readiness;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BankShelfTest {

    private final BankShelf shelf = new BankShelf();
    private final CountingBank first = new CountingBank("first");
    private final CountingBank second = new CountingBank("second");

    @Test
    void nothing_is_lent_before_the_references_are_read() {
        assertThat(shelf.borrow()).isEmpty();
        assertThat(shelf.version()).isEmpty();
        assertThat(shelf.status()).isInstanceOf(Readiness.Reading.class);
    }

    @Test
    void an_unusable_bank_is_not_lent_and_says_why() {
        shelf.put(first, new Readiness.Unusable("no references"));

        assertThat(shelf.borrow()).isEmpty();
        assertThat(shelf.status().message()).isEqualTo("no references");
    }

    @Test
    void a_borrowed_snapshot_stays_open_until_the_last_borrower_gives_it_back() {
        shelf.put(first, new Readiness.Usable(""));
        BankShelf.Loan one = shelf.borrow().orElseThrow();
        BankShelf.Loan two = shelf.borrow().orElseThrow();
        shelf.put(second, new Readiness.Usable(""));

        assertThat(one.bank()).isSameAs(first);
        assertThat(shelf.version()).isEqualTo("second");
        one.close();
        assertThat(first.closed).isZero();
        two.close();
        assertThat(first.closed).isEqualTo(1);
        assertThat(second.closed).isZero();
    }

    @Test
    void an_unused_snapshot_is_closed_as_soon_as_another_takes_its_place() {
        shelf.put(first, new Readiness.Usable(""));
        shelf.borrow().orElseThrow().close();
        shelf.put(second, new Readiness.Unusable("one label"));

        assertThat(first.closed).isEqualTo(1);
        assertThat(shelf.borrow()).isEmpty();
    }

    @Test
    void closing_the_shelf_waits_for_nobody_and_leaves_a_loan_open() {
        shelf.put(first, new Readiness.Usable(""));
        BankShelf.Loan loan = shelf.borrow().orElseThrow();
        shelf.close();

        assertThat(first.closed).isZero();
        assertThat(shelf.borrow()).isEmpty();
        loan.close();
        assertThat(first.closed).isEqualTo(1);
    }

    private static final class CountingBank implements Bank {
        private final String version;
        private int closed;

        private CountingBank(String version) {
            this.version = version;
        }

        @Override
        public String modelFingerprint() {
            return "model";
        }

        @Override
        public String version() {
            return version;
        }

        @Override
        public int size() {
            return 0;
        }

        @Override
        public int rows() {
            return 0;
        }

        @Override
        public int dimension() {
            return 0;
        }

        @Override
        public Set<String> labels() {
            return Set.of();
        }

        @Override
        public List<LabelledEmbedding> references(int mostRows) {
            return List.of();
        }

        @Override
        public List<NearReferences> near(float[] queries, int count, int k) {
            throw new IllegalStateException("nobody searches here");
        }

        @Override
        public List<HashMatch> known(ContentHashes hashes) {
            return List.of();
        }

        @Override
        public boolean knowsPictures() {
            return false;
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
