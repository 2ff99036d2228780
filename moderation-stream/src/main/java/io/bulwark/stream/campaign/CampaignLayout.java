package io.bulwark.stream.campaign;

import io.bulwark.events.AnchorType;
import io.bulwark.events.AttackKind;
import io.bulwark.events.CampaignRuling;
import io.bulwark.events.CampaignState;
import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.state.StateLayout;
import io.bulwark.stream.state.Texts;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;

/**
 * How campaigns lie in their stores and their internal topic: a format byte, in a change its kind (byte), then the fields in
 * their order; texts as {@link Texts} has them, instants in milliseconds (long), collections behind their size (int), enums
 * by their names, what may be missing behind a boolean.
 */
public final class CampaignLayout {

    private static final StateLayout LAYOUT = new StateLayout("the campaigns", (byte) 1);
    private static final byte TRIED = 1;
    private static final byte SETTLED = 2;
    private static final byte RULED = 3;
    private static final byte FORGET = 4;

    private CampaignLayout() {}

    /**
     * Of changes on their way from image to tenant.
     *
     * @param rulings of rulings
     */
    public static Serde<CampaignChange> changes(Serde<CampaignRuling> rulings) {
        return LAYOUT.serde((out, change) -> write(out, change, rulings), in -> readChange(in, rulings));
    }

    /** Of attempts in the store. */
    static Serde<Placed> attempts() {
        return LAYOUT.serde(CampaignLayout::write, CampaignLayout::readPlaced);
    }

    /** Of campaigns in the store, without their attempts. */
    static Serde<Campaign> counts() {
        return LAYOUT.serde(CampaignLayout::write, CampaignLayout::readCampaign);
    }

    private static void write(DataOutputStream out, CampaignChange change, Serde<CampaignRuling> rulings)
            throws IOException {
        if (change instanceof CampaignChange.Tried tried) {
            out.writeByte(TRIED);
            Texts.write(out, tried.tenant());
            write(out, tried.attempt());
            writeAnchors(out, tried.anchors());
        } else if (change instanceof CampaignChange.Settled settled) {
            out.writeByte(SETTLED);
            Texts.write(out, settled.tenant());
            Texts.write(out, settled.imageId());
            writeOptional(out, settled.contentSha256());
            writeUpload(out, settled.upload());
            Texts.write(out, settled.decision().name());
        } else if (change instanceof CampaignChange.Ruled ruled) {
            out.writeByte(RULED);
            byte[] ruling = rulings.serializer().serialize("", ruled.ruling());
            out.writeInt(ruling.length);
            out.write(ruling);
        } else if (change instanceof CampaignChange.Forget forget) {
            out.writeByte(FORGET);
            Texts.write(out, forget.tenant());
            Texts.write(out, forget.imageId());
        }
    }

    private static CampaignChange readChange(DataInputStream in, Serde<CampaignRuling> rulings) throws IOException {
        byte kind = in.readByte();
        return switch (kind) {
            case TRIED -> new CampaignChange.Tried(Texts.read(in), readAttempt(in), readAnchors(in));
            case SETTLED ->
                new CampaignChange.Settled(
                        Texts.read(in),
                        Texts.read(in),
                        readOptional(in),
                        readUpload(in),
                        Decision.valueOf(Texts.read(in)));
            case RULED -> {
                byte[] ruling = new byte[in.readInt()];
                in.readFully(ruling);
                yield new CampaignChange.Ruled(rulings.deserializer().deserialize("", ruling));
            }
            case FORGET -> new CampaignChange.Forget(Texts.read(in), Texts.read(in));
            default -> throw new SerializationException("There is no change of campaigns of kind " + kind + ".");
        };
    }

    private static void write(DataOutputStream out, Placed there) throws IOException {
        write(out, there.attempt());
        writeAnchors(out, there.anchors());
        writeOptional(out, there.campaignId());
    }

    private static Placed readPlaced(DataInputStream in) throws IOException {
        Placed there = Placed.waiting(readAttempt(in), readAnchors(in));
        return new Placed(there.attempt(), there.anchors(), readOptional(in));
    }

    private static void write(DataOutputStream out, Attempt attempt) throws IOException {
        Texts.write(out, attempt.imageId());
        Texts.write(out, attempt.uploaderId());
        Texts.write(out, attempt.account());
        out.writeLong(attempt.at().toEpochMilli());
        Texts.write(out, attempt.kind().name());
        Texts.write(out, attempt.decision().name());
        out.writeDouble(attempt.score());
        out.writeDouble(attempt.angle());
        Texts.write(out, attempt.content());
        writeOptional(out, attempt.contentSha256());
        writeUpload(out, attempt.upload());
        Texts.write(out, attempt.label());
    }

    private static Attempt readAttempt(DataInputStream in) throws IOException {
        return new Attempt(
                Texts.read(in),
                Texts.read(in),
                Texts.read(in),
                Instant.ofEpochMilli(in.readLong()),
                AttackKind.valueOf(Texts.read(in)),
                Decision.valueOf(Texts.read(in)),
                in.readDouble(),
                in.readDouble(),
                Texts.read(in),
                readOptional(in),
                readUpload(in),
                Texts.read(in));
    }

    private static void write(DataOutputStream out, Campaign campaign) throws IOException {
        Texts.write(out, campaign.id);
        writeAnchors(out, List.of(campaign.anchor));
        out.writeBoolean(campaign.everybody);
        writeAnchors(out, campaign.anchors);
        writeTexts(out, campaign.mergedFrom);
        out.writeInt(campaign.accounts.size());
        for (Map.Entry<String, Account> account : campaign.accounts.entrySet()) {
            Texts.write(out, account.getKey());
            out.writeInt(account.getValue().contents);
            writeTexts(out, account.getValue().first);
        }
        out.writeInt(campaign.bridges.size());
        for (Map.Entry<String, Set<String>> bridge : campaign.bridges.entrySet()) {
            Texts.write(out, bridge.getKey());
            writeTexts(out, bridge.getValue());
        }
        Texts.write(out, campaign.state.name());
        out.writeBoolean(campaign.active);
        out.writeLong(campaign.lastAt.toEpochMilli());
        out.writeLong(campaign.openedAt.toEpochMilli());
        out.writeLong(campaign.lastSeenAt.toEpochMilli());
        out.writeDouble(campaign.lowest);
        out.writeDouble(campaign.highest);
        writeOptional(out, campaign.ruledBy);
        out.writeBoolean(campaign.ruledAt != null);
        if (campaign.ruledAt != null) {
            out.writeLong(campaign.ruledAt.toEpochMilli());
        }
        writeOptional(out, campaign.note);
        Texts.write(out, campaign.rulingId);
    }

    private static Campaign readCampaign(DataInputStream in) throws IOException {
        var campaign = new Campaign(Texts.read(in), readAnchors(in).get(0), in.readBoolean());
        campaign.anchors.addAll(readAnchors(in));
        campaign.mergedFrom.addAll(readTexts(in));
        for (int left = in.readInt(); left > 0; left--) {
            String digest = Texts.read(in);
            var account = new Account();
            account.contents = in.readInt();
            account.first.addAll(readTexts(in));
            campaign.accounts.put(digest, account);
        }
        for (int left = in.readInt(); left > 0; left--) {
            campaign.bridges.put(Texts.read(in), new HashSet<>(readTexts(in)));
        }
        campaign.state = CampaignState.valueOf(Texts.read(in));
        campaign.active = in.readBoolean();
        campaign.lastAt = Instant.ofEpochMilli(in.readLong());
        campaign.openedAt = Instant.ofEpochMilli(in.readLong());
        campaign.lastSeenAt = Instant.ofEpochMilli(in.readLong());
        campaign.lowest = in.readDouble();
        campaign.highest = in.readDouble();
        campaign.ruledBy = readOptional(in);
        campaign.ruledAt = in.readBoolean() ? Instant.ofEpochMilli(in.readLong()) : null;
        campaign.note = readOptional(in);
        campaign.rulingId = Texts.read(in);
        return campaign;
    }

    private static void writeAnchors(DataOutputStream out, Collection<Anchor> anchors) throws IOException {
        out.writeInt(anchors.size());
        for (Anchor anchor : anchors) {
            Texts.write(out, anchor.type().name());
            Texts.write(out, anchor.id());
        }
    }

    private static List<Anchor> readAnchors(DataInputStream in) throws IOException {
        var anchors = new ArrayList<Anchor>();
        for (int left = in.readInt(); left > 0; left--) {
            anchors.add(new Anchor(AnchorType.valueOf(Texts.read(in)), Texts.read(in)));
        }
        return anchors;
    }

    private static void writeTexts(DataOutputStream out, Collection<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            Texts.write(out, text);
        }
    }

    private static List<String> readTexts(DataInputStream in) throws IOException {
        var texts = new ArrayList<String>();
        for (int left = in.readInt(); left > 0; left--) {
            texts.add(Texts.read(in));
        }
        return texts;
    }

    private static void writeUpload(DataOutputStream out, RecordCoordinates upload) throws IOException {
        out.writeBoolean(upload != null);
        if (upload != null) {
            Texts.write(out, upload.getTopic());
            out.writeInt(upload.getPartition());
            out.writeLong(upload.getOffset());
        }
    }

    private static RecordCoordinates readUpload(DataInputStream in) throws IOException {
        return in.readBoolean() ? new RecordCoordinates(Texts.read(in), in.readInt(), in.readLong()) : null;
    }

    private static void writeOptional(DataOutputStream out, String text) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            Texts.write(out, text);
        }
    }

    private static String readOptional(DataInputStream in) throws IOException {
        return in.readBoolean() ? Texts.read(in) : null;
    }
}
