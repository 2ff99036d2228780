/**
 * Who may do what on the broker: for each kind of program the smallest set of ACLs with which it does its work. Tests
 * run the programs under exactly these, and manifests are held to them.
 *
 * <pre>{@code
 * admin.createAcls(Role.WORKER.bindings(AccessNames.DEFAULT, "User:bulwark-worker"));
 * }</pre>
 *
 * <p>Decided here:
 *
 * <ul>
 *   <li>Only the worker writes verdicts, and only curators write references and policies: the right to write either
 *       decides what is flagged, so the worker itself cannot.
 *   <li>A program that writes with a schema that readers may not know yet also writes {@code moderation.schemas}. That
 *       gives little power: readers take a schema there only under its own fingerprint.
 *   <li>{@code DESCRIBE} is not listed where {@code READ} or {@code WRITE} is: the broker's authorizer implies it. An
 *       idempotent producer needs no right on the cluster (KIP-679).
 *   <li>Where names have a prefix, it stands before every resource of a rule, so that a role's rules of one Bulwark
 *       give nothing in another. Coarser: one prefixed rule of each type, where all programs are trusted alike.
 *   <li>Only moderation-stream may create topics, and only under its own prefix: topics are made from the catalogue by
 *       the operator of the cluster.
 * </ul>
 */
package io.bulwark.schemas.access;
