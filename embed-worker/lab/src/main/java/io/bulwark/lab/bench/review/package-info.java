/**
 * What people's work costs with very many cases: pages of the casebook, the way from a decision to its topic, and the
 * search for images near a new reference. The real programs on a broker and a database of their own.
 */
package io.bulwark.lab.bench.review;
