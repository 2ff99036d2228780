package io.bulwark.stream.flagged;

import io.bulwark.stream.flagged.FlaggedChange.FlaggedMember;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Merges near-duplicates of one encoder. Going from the oldest content to the newest, each joins the nearest centre
 * within {@link #WIDEST}, or becomes a centre itself. So the entries depend on the contents alone: a change is worked
 * in where it belongs by age, and only what it touches is looked at again, which is the lexicographically first maximal
 * independent set of the graph of near pairs (Blelloch, Fineman, Shun, SPAA 2012), kept up to date.
 *
 * <p>Adding costs one comparison with every centre, and with every newer content where one becomes a centre out of its
 * turn. One thread calls.
 */
public final class EntryMerger {

    /** The widest angle between a centre and what is merged into it, in radians: a cosine of 0.995. */
    static final double WIDEST = 0.1;

    private final NavigableMap<FlaggedMember, Node> nodes = new TreeMap<>(FlaggedMember.OLDER);
    private final NavigableMap<FlaggedMember, Node> centres = new TreeMap<>(FlaggedMember.OLDER);
    private final Map<String, Node> byId = new HashMap<>();
    private final Set<String> touched = new HashSet<>();

    /**
     * Adds a content, or replaces the one of its id.
     *
     * @param row its embedding, a unit row of the dimension of the others
     */
    void put(FlaggedMember member, float[] row) {
        remove(member.id());
        var node = new Node(member, row);
        nodes.put(member, node);
        byId.put(member.id(), node);
        settle(List.of(node));
    }

    /** Removes a content, if it is there. */
    void remove(String id) {
        Node node = byId.remove(id);
        if (node == null) {
            return;
        }
        nodes.remove(node.member);
        if (node.centre == node) {
            centres.remove(node.member);
            touched.add(id);
            settle(List.copyOf(node.followers));
        } else {
            node.centre.followers.remove(node);
            touched.add(node.centre.member.id());
        }
    }

    /** The contents that were merged into one entry, the centre first; none where there is no such entry. */
    List<FlaggedMember> contents(String entryId) {
        Node centre = byId.get(entryId);
        if (centre == null || centre.centre != centre) {
            return List.of();
        }
        var contents = new ArrayList<FlaggedMember>();
        contents.add(centre.member);
        centre.followers.stream()
                .map(follower -> follower.member)
                .sorted(FlaggedMember.OLDER)
                .forEach(contents::add);
        return contents;
    }

    /** The entry that a content was merged into. */
    Optional<String> entryOf(String id) {
        return Optional.ofNullable(byId.get(id)).map(node -> node.centre.member.id());
    }

    /**
     * The entry that a row lies deepest in, if it lies in any.
     *
     * @param row a unit row of the dimension of the others
     * @param bound how far from an entry's centre, in radians
     */
    Optional<String> deepest(float[] row, double bound) {
        String deepest = null;
        double least = Double.POSITIVE_INFINITY;
        for (Node centre : centres.values()) {
            double angle = HalfRow.angle(centre.row, row);
            double distance = angle - centre.entry().radius();
            if (angle <= bound && distance < least) {
                deepest = centre.member.id();
                least = distance;
            }
        }
        return Optional.ofNullable(deepest);
    }

    /** Those entries among the changed ones that have more contents than that. */
    List<String> crowded(int most) {
        return touched.stream()
                .map(byId::get)
                .filter(node -> node != null && node.centre == node && node.followers.size() >= most)
                .map(node -> node.member.id())
                .sorted()
                .toList();
    }

    /** How many entries there are. */
    int size() {
        return centres.size();
    }

    /** All entries by their ids. */
    Map<String, FlaggedEntry> entries() {
        var entries = new LinkedHashMap<String, FlaggedEntry>();
        centres.values().forEach(centre -> entries.put(centre.member.id(), centre.entry()));
        return entries;
    }

    /** What changed since this was asked last: an entry as it is now, or empty where there is none any more. */
    Map<String, Optional<FlaggedEntry>> drain() {
        var changed = new LinkedHashMap<String, Optional<FlaggedEntry>>();
        touched.stream().sorted().forEach(id -> {
            Node node = byId.get(id);
            changed.put(id, node != null && node.centre == node ? Optional.of(node.entry()) : Optional.empty());
        });
        touched.clear();
        return changed;
    }

    private void settle(Collection<Node> first) {
        var queue = new TreeSet<Node>((one, other) -> FlaggedMember.OLDER.compare(one.member, other.member));
        queue.addAll(first);
        while (!queue.isEmpty()) {
            Node node = queue.pollFirst(); // all older ones have their place
            Node before = node.centre;
            Node after = nearestOlderCentre(node);
            if (after == before) {
                continue;
            }
            leave(node, queue);
            node.centre = after;
            touched.add(after.member.id());
            if (after == node) {
                centres.put(node.member, node);
                nodes.tailMap(node.member, false).values().stream()
                        .filter(newer -> HalfRow.angle(node.row, newer.row) <= WIDEST)
                        .forEach(queue::add);
            } else {
                after.followers.add(node);
            }
        }
    }

    private void leave(Node node, Set<Node> queue) {
        if (node.centre == node) {
            centres.remove(node.member);
            touched.add(node.member.id());
            queue.addAll(node.followers);
        } else if (node.centre != null) {
            node.centre.followers.remove(node);
            touched.add(node.centre.member.id());
        }
    }

    private Node nearestOlderCentre(Node node) {
        Node nearest = node;
        double least = Double.POSITIVE_INFINITY;
        for (Node centre : centres.headMap(node.member, false).values()) {
            double angle = HalfRow.angle(centre.row, node.row);
            if (angle <= WIDEST && angle < least) {
                nearest = centre;
                least = angle;
            }
        }
        return nearest;
    }

    private static final class Node {
        private final FlaggedMember member;
        private final float[] row;
        private final Set<Node> followers = new HashSet<>();
        private Node centre; // null before it has its place

        private Node(FlaggedMember member, float[] row) {
            this.member = member;
            this.row = row;
        }

        private FlaggedEntry entry() {
            double radius = 0;
            boolean confirmed = member.confirmed();
            var newest = member.since();
            for (Node follower : followers) {
                radius = Math.max(radius, HalfRow.angle(row, follower.row));
                confirmed |= follower.member.confirmed();
                newest = follower.member.since().isAfter(newest) ? follower.member.since() : newest;
            }
            return new FlaggedEntry(member, radius, confirmed, 1 + followers.size(), newest);
        }
    }

    /**
     * Near-duplicates as one.
     *
     * @param centre the oldest of them
     * @param radius the angle in radians to the farthest of them, in [0, {@link EntryMerger#WIDEST}]
     * @param confirmed whether a person called one of them NSFW
     * @param contents how many they are
     * @param newest when the last of them was decided
     */
    record FlaggedEntry(FlaggedMember centre, double radius, boolean confirmed, int contents, Instant newest) {

        String id() {
            return centre.id();
        }
    }

    /** Unit rows as they travel: IEEE 754 binary16, little-endian. */
    public static final class HalfRow {

        /** How far the length of a row in half precision may be from 1. */
        private static final double TOLERANCE = 1e-2;

        private static final int LANES = 8;

        private HalfRow() {}

        /** The row, brought back to length 1; empty where the bytes are none. */
        public static Optional<float[]> decode(byte[] bytes) {
            if (bytes.length == 0 || bytes.length % Short.BYTES != 0) {
                return Optional.empty();
            }
            ByteBuffer halves = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            float[] row = new float[bytes.length / Short.BYTES];
            double squares = 0;
            for (int i = 0; i < row.length; i++) {
                row[i] = toFloat(halves.getShort());
                squares += (double) row[i] * row[i];
            }
            double length = Math.sqrt(squares);
            if (!(Math.abs(length - 1) <= TOLERANCE)) {
                return Optional.empty();
            }
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) (row[i] / length);
            }
            return Optional.of(row);
        }

        /** The angle between two unit rows of one dimension, in radians. */
        static double angle(float[] a, float[] b) {
            // Independent sums, so that the processor need not wait for the one before.
            float[] sums = new float[LANES];
            int i = 0;
            for (; i + LANES <= a.length; i += LANES) {
                for (int lane = 0; lane < LANES; lane++) {
                    sums[lane] += a[i + lane] * b[i + lane];
                }
            }
            double dot = 0;
            for (float sum : sums) {
                dot += sum;
            }
            for (; i < a.length; i++) {
                dot += a[i] * b[i];
            }
            return Math.acos(Math.max(-1, Math.min(1, dot)));
        }

        private static float toFloat(short half) {
            int exponent = (half >>> 10) & 0x1F;
            int mantissa = half & 0x3FF;
            float magnitude;
            if (exponent == 0) {
                magnitude = mantissa * 0x1p-24f;
            } else if (exponent == 0x1F) {
                magnitude = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            } else {
                magnitude = Float.intBitsToFloat(((exponent + 127 - 15) << 23) | (mantissa << 13));
            }
            return (half & 0x8000) == 0 ? magnitude : -magnitude;
        }
    }
}
