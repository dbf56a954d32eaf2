/**
 * The settings store and the ledger in DynamoDB: native attribute maps that a person can read and, for settings, edit in
 * the console. Every mapping is explicit, by key constants; nothing is kept as serialized text.
 */
package dev.sluice.aws.dynamodb;
