/**
 * What people order through the API, as records: an item is put on hold or let go. The state follows from the records, as
 * it does from everybody else's.
 */
package io.bulwark.stream.order;
