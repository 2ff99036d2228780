/**
 * {@code bulwark bank hashes}: hash lists of known content into a bank, out of it, and removed. What may enter:
 * commands below it and the formats of their files; how hashes are compared is {@link io.bulwark.perception.hash}'s.
 */
package io.bulwark.cli.bank.hashes;
