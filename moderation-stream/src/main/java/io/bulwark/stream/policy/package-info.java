/**
 * Policies in the hands of people: thresholds and actions by label are proposed by one person with their measured effect
 * beside them, approved by another, published to {@code moderation.policies}, compared and rolled back. What a policy
 * decides is the worker's; what changes make of a record {@link io.bulwark.schemas.policy}'s.
 *
 * <h2>Decisions</h2>
 *
 * <p><b>The topic is the truth, the database its copy.</b> The {@code bulwark policy} command writes the same record, so
 * {@link io.bulwark.stream.policy.PolicyRows#follow} reads it. A change that is made here is a row, a row of the history,
 * one of the audit log and one of the outbox in one transaction, and it is published once. Writing the topic under the
 * command's transactional id was rejected: a broker that does not answer would keep people from proposing, and a death
 * between the two writes would lose one. So of a command and a person who change the same revision within the same
 * fraction of a second the later record holds; the history shows both. A change that waits longer, while the topic takes
 * none, is left out of the publication once a record of a higher revision was read.
 *
 * <p><b>A policy stays bound to what it was made for.</b> People edit thresholds and rules of labels. Fingerprints of
 * bank, model and views are copied from what is in force, and what a calibration measured is left out, for it was
 * measured by other thresholds. Where nothing is on the topic there is nothing to edit: a calibration needs the
 * model and the pictures, which the command has.
 *
 * <p><b>Two people, named by their logins.</b> An author who is alone cannot approve here, as in the bank; the command
 * can ({@code --alone}). A roll back needs one person: two have approved that policy before, and the reason for it is
 * often that something burns.
 *
 * <p><b>The proposal is the workers' shadow.</b> It runs on real images with all its rules, so it measures what stored
 * scores cannot: labels with thresholds of their own. Its verdicts are counted in the transaction that holds how far they
 * were read, each once, and added up before they are written: a row for each verdict, in the order of the records, makes
 * two instances wait for each other. Workers run the proposal of tenant {@code default} for tenants without a record, so
 * it has their verdicts too.
 */
package io.bulwark.stream.policy;
