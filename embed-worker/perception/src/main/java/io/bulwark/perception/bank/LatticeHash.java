package io.bulwark.perception.bank;

import io.bulwark.perception.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.security.DigestException;
import java.security.MessageDigest;

/**
 * LtHash16 of 1,024 lanes: a hash of a set that changes with one element at a time, and does not depend on their order (Bellare
 * and Micciancio, EUROCRYPT 1997; parameters and proof of Lewi, Kim, Maykov and Weis, Securing Update Propagation with
 * Homomorphic Hashing, 2019). Each element is expanded to 1,024 numbers of 16 bits, and the numbers of all elements
 * are added up modulo 2^16. Two sets of one sum solve a short-integer-solution problem, estimated at 200 bits; a sum or
 * XOR of plain digests would fall to the generalised birthday attack. An element is expanded by SHA-256 over its own
 * SHA-256 and a counter (MGF1, RFC 8017), since Java has no BLAKE2.
 *
 * <p>A multiset hash: only elements that were added may be removed. Owned by one thread.
 */
final class LatticeHash {

    private static final int LANES = 1024;

    private final short[] sum = new short[LANES];
    private final byte[] expanded = new byte[LANES * Short.BYTES];
    private final ByteBuffer seed = ByteBuffer.allocate(32 + Integer.BYTES);
    private final MessageDigest digest = Sha256.newDigest();

    /** Adds an element. */
    void add(Sha256 element) {
        change(element, 1);
    }

    /** Removes an element that was added. */
    void remove(Sha256 element) {
        change(element, -1);
    }

    private void change(Sha256 element, int sign) {
        expand(element);
        ShortBuffer lanes = ByteBuffer.wrap(expanded).asShortBuffer();
        for (int lane = 0; lane < LANES; lane++) {
            sum[lane] += (short) (sign * lanes.get(lane));
        }
    }

    private void expand(Sha256 element) {
        seed.clear();
        seed.putLong(element.first())
                .putLong(element.second())
                .putLong(element.third())
                .putLong(element.fourth());
        int size = digest.getDigestLength();
        try {
            for (int from = 0; from < expanded.length; from += size) {
                seed.putInt(seed.capacity() - Integer.BYTES, from / size);
                digest.update(seed.array());
                digest.digest(expanded, from, size);
            }
        } catch (DigestException e) {
            throw new IllegalStateException("The array has room for a digest", e);
        }
    }

    /** The sum, big-endian. */
    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(LANES * Short.BYTES);
        bytes.asShortBuffer().put(sum);
        return bytes.array();
    }
}
