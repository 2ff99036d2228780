/**
 * Campaigns: attack audits that belong together, because somebody tries again and again. What may enter: what belongs to the
 * campaigns of one tenant, and how they are fed; what is suspicious about one upload is the worker's business.
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
 *       perceptual key only where no audit of the upload names one. A session of an account was rejected: accounts are what an
 *       attacker changes for nothing.
 *   <li><b>Bands are chosen by a secret</b> ({@link io.bulwark.stream.campaign.Salt}). A digest of every band alone was
 *       rejected: it hides the band, but whoever knows the hyperplanes could still stay out of all of them.
 *   <li><b>What a campaign is, is one pure function</b> of attempts in the order of their audits
 *       ({@link io.bulwark.stream.campaign.CampaignRule}). Windowed counts were rejected: they cannot tell a meme from an
 *       attack.
 *   <li><b>Nothing waits for stragglers.</b> Attempts are sorted by the time of their audit whenever they come, and what is
 *       kept is the oldest of a campaign. So the order in which partitions are read changes nothing below the caps, and a
 *       campaign is told as soon as it is one. A buffer of a minute was rejected: an attack has a thousand queries in it.
 *   <li><b>Who came by once is no member.</b> Confirming a campaign makes its members' images NSFW; a third content near the
 *       same entry is what makes a member, save where every query has a new account.
 *   <li><b>What a person ruled on takes nothing in.</b> Campaigns merge while both are open; else a dismissed one would hide
 *       what is new.
 *   <li><b>An attempt is stored once</b>, wherever it counts, and a campaign's counts beside it. The record that others read
 *       follows once a second, so an attack does not write a hundred members a query.
 *   <li><b>A ruling is a record of its own</b> on {@code moderation.campaign-rulings}, by the outbox. A campaign is written by
 *       its task alone, and what is confirmed goes to {@code moderation.reviews} in the same transaction.
 * </ul>
 */
package io.bulwark.stream.campaign;
