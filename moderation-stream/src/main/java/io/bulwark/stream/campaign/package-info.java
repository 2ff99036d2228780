/**
 * Campaigns: attack audits that belong together, because an attacker tries repeatedly. The worker decides what is
 * suspicious about one upload; this package groups its audits by tenant.
 *
 * <pre>
 * moderation.attack-audit, people's decisions ─► CampaignChange ─► campaign-changes (by tenant)
 * moderation.campaign-rulings ─► CampaignChange ─► campaign-rulings (by tenant)
 *     ─► CampaignProcessor: CampaignIndex, CampaignRule ─┬─► moderation.campaigns
 *                                                        └─► moderation.reviews (a confirmed campaign's images)
 * </pre>
 *
 * <pre>{@code
 * CampaignIndex index = new CampaignIndex("acme", settings);
 * index.tried(attempt, List.of(entry));
 * index.drain().opened;
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>Content ties attempts together, not accounts.</b> First the flagged entry that an audit names; bands of the
 *       perceptual key only where no audit of the upload names one. A session of an account was rejected: accounts are
 *       what an attacker changes for nothing.
 *   <li><b>Bands are chosen by a secret</b> ({@link io.bulwark.stream.campaign.CampaignProcessor.CampaignSalt}). A
 * digest of every band alone was rejected: it hides the band, but an attacker who knows the hyperplanes could still
 * avoid all of them.
 *   <li><b>What a campaign is, is one pure function</b> of attempts in the order of their audits
 *       ({@link io.bulwark.stream.campaign.CampaignRule}). Windowed counts were rejected: they cannot distinguish a
 *       meme from an attack.
 *   <li><b>Nothing waits for late audits.</b> Attempts are sorted by the time of their audit, and the oldest of a
 *       campaign are kept. So the order in which partitions are read changes nothing below the caps, and a
 *       campaign is published as soon as it is one. A buffer of a minute was rejected: an attack has a thousand queries
 *       in it.
 *   <li><b>An account seen once is not a member.</b> Confirming a campaign makes its members' images NSFW; a third
 *       content near the same entry is what makes a member, save where every query has a new account.
 *   <li><b>A campaign with a ruling does not merge.</b> Campaigns merge while both are open; otherwise a dismissed one
 *       would hide new attempts.
 *   <li><b>An attempt is stored once</b>, wherever it counts, and a campaign's counts beside it. The record that others
 *       read follows once a second, so an attack does not write a hundred members a query.
 *   <li><b>A ruling is a separate record</b> on {@code moderation.campaign-rulings}, by the outbox. A campaign is
 *       written by its task alone, and what is confirmed goes to {@code moderation.reviews} in the same transaction.
 * </ul>
 */
package io.bulwark.stream.campaign;
