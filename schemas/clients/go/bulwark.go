// Package bulwark uploads images to Bulwark, obeys its decisions, and asks for scores.
//
// Kafka configurations are those of sarama; they may hold anything that the cluster needs (TLS, SASL).
package bulwark

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/IBM/sarama"
	"github.com/linkedin/goavro/v2"
)

// DefaultMaxUploadBytes is what bulwark.topics.max-upload-bytes is where it is not set.
const DefaultMaxUploadBytes = 16 << 20

// What a record has beside its value: key, headers, the frame of a batch.
const besideValueBytes = 4096

// How long a schema is looked for on moderation.schemas.
const learnTimeout = 10 * time.Second

// ErrUploadTooLarge is wrapped by the answer to an upload that must be sent as a location.
var ErrUploadTooLarge = errors.New("larger than bulwark.topics.max-upload-bytes allows; send its location instead")

// ErrUnknownSchema is wrapped where a value begins with ten bytes of no schema, known here or on moderation.schemas.
var ErrUnknownSchema = errors.New("no schema begins with these ten bytes")

// ErrGroup is wrapped where a subscriber's group does not begin with bulwark-subscriber.
var ErrGroup = errors.New("the group must begin with bulwark-subscriber")

//go:embed schemas.json
var schemasFile []byte

// Options are what is set for all programs of one Bulwark.
type Options struct {
	// Prefix is its bulwark.topics.prefix.
	Prefix string
	// MaxUploadBytes is its bulwark.topics.max-upload-bytes; 0 stands for the default.
	MaxUploadBytes int
}

// Location is where a worker fetches an image.
type Location struct {
	URI string
	// SHA256 is lower-case hexadecimal, or empty; a file that differs is refused.
	SHA256 string
	// SizeBytes is 0 where it is not known.
	SizeBytes int64
}

// Upload is one image for moderation. Either Content or Location is set.
type Upload struct {
	// ImageID is unique among uploads.
	ImageID string
	// UploaderID is a pseudonymous account id.
	UploaderID string
	// Content is the encoded file.
	Content  []byte
	Location *Location
	// Tenant is "default" where it is empty.
	Tenant     string
	Attributes map[string]string
}

// Decision is what holds for an image from now on.
type Decision struct {
	Tenant  string
	ImageID string
	// Decision is SAFE, NSFW, REVIEW, REFUSED or UNKNOWN; empty where the image was forgotten, which is not SAFE.
	Decision string
	// Record is the whole ModerationDecision as goavro reads it; nil where the image was forgotten.
	Record map[string]interface{}
}

// MayBeShown says whether the image is public: SAFE alone is.
func (d Decision) MayBeShown() bool { return d.Decision == "SAFE" }

// contract is Avro's single-object encoding: ten bytes that say which schema, then the record.
type contract struct {
	record string
	header []byte
	newest *goavro.Codec
	mu     sync.Mutex
	known  map[string]*goavro.Codec
}

func newContract(record string) (*contract, error) {
	var file map[string][]struct {
		Header string
		Schema json.RawMessage
	}
	if err := json.Unmarshal(schemasFile, &file); err != nil {
		return nil, err
	}
	c := &contract{record: record, known: map[string]*goavro.Codec{}}
	for _, entry := range file[record] {
		codec, err := goavro.NewCodec(string(entry.Schema))
		if err != nil {
			return nil, err
		}
		c.known[entry.Header], c.newest = codec, codec
		c.header, _ = hex.DecodeString(entry.Header)
	}
	return c, nil
}

func (c *contract) encode(value map[string]interface{}) ([]byte, error) {
	return c.newest.BinaryFromNative(append([]byte(nil), c.header...), value)
}

// codec is that of a value's writer; learn is asked once where it is not known yet.
func (c *contract) codec(value []byte, learn func(key string) (string, error)) (*goavro.Codec, error) {
	if len(value) < 10 || value[0] != 0xc3 || value[1] != 1 {
		return nil, fmt.Errorf("%s of %d bytes: %w", c.record, len(value), ErrUnknownSchema)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	header := hex.EncodeToString(value[:10])
	if codec := c.known[header]; codec != nil {
		return codec, nil
	}
	key := make([]byte, 8)
	for i := range key {
		key[i] = value[9-i]
	}
	schema, err := learn(hex.EncodeToString(key))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", c.record, header, err)
	}
	codec, err := goavro.NewCodec(schema)
	if err != nil {
		return nil, err
	}
	c.known[header] = codec
	return codec, nil
}

// ImageProducer puts images on images.uploaded. Goroutines may share one.
type ImageProducer struct {
	topic          string
	maxUploadBytes int
	contract       *contract
	producer       sarama.SyncProducer
}

// NewImageProducer connects to brokers. The configuration is copied; what exactly-once writing needs is set in the copy.
func NewImageProducer(brokers []string, config *sarama.Config, options Options) (*ImageProducer, error) {
	own := *config
	own.Producer.RequiredAcks = sarama.WaitForAll
	own.Producer.Idempotent = true
	own.Producer.Return.Successes = true
	own.Producer.Return.Errors = true
	own.Net.MaxOpenRequests = 1
	if options.MaxUploadBytes == 0 {
		options.MaxUploadBytes = DefaultMaxUploadBytes
	}
	own.Producer.MaxMessageBytes = options.MaxUploadBytes
	c, err := newContract("ImageUploaded")
	if err != nil {
		return nil, err
	}
	producer, err := sarama.NewSyncProducer(brokers, &own)
	if err != nil {
		return nil, err
	}
	return &ImageProducer{options.Prefix + "images.uploaded", options.MaxUploadBytes, c, producer}, nil
}

// Upload returns when Kafka has the image. The error wraps ErrUploadTooLarge where it must be sent as a location.
func (p *ImageProducer) Upload(upload Upload) error {
	content := map[string]interface{}{
		"io.bulwark.events.InlineImage": map[string]interface{}{"bytes": upload.Content},
	}
	if location := upload.Location; location != nil {
		fields := map[string]interface{}{"uri": location.URI, "sha256": nil, "sizeBytes": nil}
		if location.SHA256 != "" {
			fields["sha256"] = goavro.Union("string", location.SHA256)
		}
		if location.SizeBytes != 0 {
			fields["sizeBytes"] = goavro.Union("long", location.SizeBytes)
		}
		content = map[string]interface{}{"io.bulwark.events.ImageLocation": fields}
	}
	attributes := map[string]interface{}{}
	for name, value := range upload.Attributes {
		attributes[name] = value
	}
	tenant := upload.Tenant
	if tenant == "" {
		tenant = "default"
	}
	value, err := p.contract.encode(map[string]interface{}{
		"imageId":    upload.ImageID,
		"uploaderId": upload.UploaderID,
		"tenant":     tenant,
		"uploadedAt": time.Now(),
		"content":    content,
		"attributes": attributes,
	})
	if err != nil {
		return err
	}
	if allowed := p.maxUploadBytes - besideValueBytes; len(value) > allowed {
		return fmt.Errorf("an upload of %d bytes, allowed are %d: %w", len(value), allowed, ErrUploadTooLarge)
	}
	_, _, err = p.producer.SendMessage(&sarama.ProducerMessage{
		Topic: p.topic,
		Key:   sarama.StringEncoder(upload.ImageID),
		Value: sarama.ByteEncoder(value),
	})
	return err
}

// Close ends the connections.
func (p *ImageProducer) Close() error { return p.producer.Close() }

// DecisionSubscriber follows moderation.decisions.
type DecisionSubscriber struct {
	client       sarama.Client
	group        sarama.ConsumerGroup
	topic        string
	schemasTopic string
	contract     *contract
}

// NewDecisionSubscriber connects to brokers. The group must begin with bulwark-subscriber, which is what subscribers may
// use; the prefix comes before it. The configuration is copied; committed records alone are read, from the first one.
func NewDecisionSubscriber(brokers []string, group string, config *sarama.Config, options Options) (*DecisionSubscriber, error) {
	if !strings.HasPrefix(group, "bulwark-subscriber") {
		return nil, fmt.Errorf("the group is '%s': %w", group, ErrGroup)
	}
	own := *config
	own.Consumer.IsolationLevel = sarama.ReadCommitted
	own.Consumer.Offsets.Initial = sarama.OffsetOldest
	c, err := newContract("ModerationDecision")
	if err != nil {
		return nil, err
	}
	client, err := sarama.NewClient(brokers, &own)
	if err != nil {
		return nil, err
	}
	consumers, err := sarama.NewConsumerGroupFromClient(options.Prefix+group, client)
	if err != nil {
		return nil, errors.Join(err, client.Close())
	}
	topic, schemas := options.Prefix+"moderation.decisions", options.Prefix+"moderation.schemas"
	return &DecisionSubscriber{client, consumers, topic, schemas, c}, nil
}

// Follow calls handle for each decision until the context ends or handle fails, whose error it returns. Decisions of
// different images may be handled at once. What handle returned nil for is noted; the rest comes again after a restart, so
// handling one twice must do no harm.
func (s *DecisionSubscriber) Follow(ctx context.Context, handle func(Decision) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	for ctx.Err() == nil {
		if err := s.group.Consume(ctx, []string{s.topic}, &handler{s, handle, stop}); err != nil && ctx.Err() == nil {
			return err
		}
	}
	return context.Cause(ctx)
}

// Close leaves the group.
func (s *DecisionSubscriber) Close() error { return errors.Join(s.group.Close(), s.client.Close()) }

type handler struct {
	subscriber *DecisionSubscriber
	handle     func(Decision) error
	stop       context.CancelCauseFunc
}

func (h *handler) Setup(sarama.ConsumerGroupSession) error { return nil }

func (h *handler) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (h *handler) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case <-session.Context().Done():
			return nil
		case message, open := <-claim.Messages():
			if !open {
				return nil
			}
			decision, err := h.subscriber.decision(message)
			if err == nil {
				err = h.handle(decision)
			}
			if err != nil {
				h.stop(err)
				return err
			}
			session.MarkMessage(message, "")
		}
	}
}

func (s *DecisionSubscriber) decision(message *sarama.ConsumerMessage) (Decision, error) {
	tenant, imageID, _ := strings.Cut(string(message.Key), "/")
	tenant = strings.ReplaceAll(strings.ReplaceAll(tenant, "%2F", "/"), "%25", "%")
	decision := Decision{Tenant: tenant, ImageID: imageID}
	if message.Value == nil {
		return decision, nil
	}
	codec, err := s.contract.codec(message.Value, s.schema)
	if err != nil {
		return decision, err
	}
	native, _, err := codec.NativeFromBinary(message.Value[10:])
	if err != nil {
		return decision, err
	}
	decision.Record = native.(map[string]interface{})
	switch word, _ := decision.Record["decision"].(string); word {
	case "SAFE", "NSFW", "REVIEW", "REFUSED":
		decision.Decision = word
	default:
		decision.Decision = "UNKNOWN"
	}
	return decision, nil
}

// A writer may be a release ahead: its schema is on moderation.schemas under the header's last eight bytes, the lowest
// first.
func (s *DecisionSubscriber) schema(key string) (string, error) {
	end, err := s.client.GetOffset(s.schemasTopic, 0, sarama.OffsetNewest)
	if err != nil || end == 0 {
		return "", errors.Join(ErrUnknownSchema, err)
	}
	consumer, err := sarama.NewConsumerFromClient(s.client)
	if err != nil {
		return "", err
	}
	partition, err := consumer.ConsumePartition(s.schemasTopic, 0, sarama.OffsetOldest)
	if err != nil {
		return "", err
	}
	defer partition.Close()
	timeout := time.After(learnTimeout)
	for {
		select {
		case message := <-partition.Messages():
			if string(message.Key) == key && message.Value != nil {
				return string(message.Value), nil
			}
			if message.Offset+1 >= end {
				return "", ErrUnknownSchema
			}
		case <-timeout:
			return "", ErrUnknownSchema
		}
	}
}

// ScoreClient asks a score server for decisions within the request. Goroutines may share one.
type ScoreClient struct {
	// URL of the server, without a path.
	URL string
	// Token as the server's tokens file knows it.
	Token string
	// HTTP is http.DefaultClient where it is nil.
	HTTP *http.Client
}

// File is an encoded image with a name, which becomes the image id.
type File struct {
	Name    string
	Content []byte
}

// Problem is what a server says of a request, or of one image.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

// Scored is an entry of the answer: a decision with its verdict, or a problem in their place.
type Scored struct {
	ImageID  string          `json:"imageId"`
	Decision string          `json:"decision"`
	Score    float64         `json:"score"`
	Verdict  json.RawMessage `json:"verdict"`
	Problem  *Problem        `json:"problem"`
}

// ScoreError says that there are no scores.
type ScoreError struct {
	// Status of HTTP.
	Status  int
	Problem Problem
	// RetryAfter is how long to wait before asking again; 0 where the server does not say.
	RetryAfter time.Duration
}

func (e *ScoreError) Error() string { return fmt.Sprintf("status %d: %s", e.Status, e.Problem.Detail) }

// Score answers in the order of the files. The error is a *ScoreError for every status but 200.
func (c *ScoreClient) Score(ctx context.Context, files []File) ([]Scored, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, file := range files {
		part, err := form.CreateFormFile("image", file.Name)
		if err != nil {
			return nil, err
		}
		if _, err := part.Write(file.Content); err != nil {
			return nil, err
		}
	}
	if err := form.Close(); err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(c.URL, "/")+"/api/v1/score", &body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.Token)
	request.Header.Set("Content-Type", form.FormDataContentType())
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		refused := &ScoreError{Status: answer.StatusCode}
		_ = json.Unmarshal(text, &refused.Problem) // a proxy's answer is none: then there is the status
		if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil {
			refused.RetryAfter = time.Duration(seconds) * time.Second
		}
		return nil, refused
	}
	var scored struct {
		Images []Scored `json:"images"`
	}
	return scored.Images, json.Unmarshal(text, &scored)
}
