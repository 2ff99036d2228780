package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"bulwark-client"

	"github.com/IBM/sarama"
	"github.com/xdg-go/scram"
)

const usage = `bulwark-client upload BROKERS IMAGE_ID FILE [IMAGE_ID FILE]...
bulwark-client decisions BROKERS GROUP COUNT [KEY]   a line each, of key and decision, of that key alone if given
bulwark-client score URL FILE...                     the token is in BULWARK_SCORE_TOKEN

BULWARK_TOPICS_PREFIX comes before topics and group. With KAFKA_USERNAME and KAFKA_PASSWORD the connection is TLS with
SCRAM-SHA-512, and KAFKA_CA_FILE names the certificates to trust.`

var options = bulwark.Options{Prefix: os.Getenv("BULWARK_TOPICS_PREFIX")}

func main() {
	words := os.Args[1:]
	var err error
	switch {
	case len(words) > 3 && len(words)%2 == 0 && words[0] == "upload":
		err = upload(words[1], words[2:])
	case (len(words) == 4 || len(words) == 5) && words[0] == "decisions":
		err = decisions(words[1], words[2], words[3], words[4:])
	case len(words) > 2 && words[0] == "score":
		err = score(words[1], words[2:])
	default:
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func upload(brokers string, pairs []string) error {
	config, err := kafka()
	if err != nil {
		return err
	}
	producer, err := bulwark.NewImageProducer(strings.Split(brokers, ","), config, options)
	if err != nil {
		return err
	}
	for i := 0; i < len(pairs) && err == nil; i += 2 {
		var content []byte
		if content, err = os.ReadFile(pairs[i+1]); err == nil {
			err = producer.Upload(bulwark.Upload{ImageID: pairs[i], UploaderID: "account-1", Content: content})
		}
	}
	return errors.Join(err, producer.Close())
}

func decisions(brokers, group, count string, wanted []string) error {
	left, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	config, err := kafka()
	if err != nil {
		return err
	}
	subscriber, err := bulwark.NewDecisionSubscriber(strings.Split(brokers, ","), group, config, options)
	if err != nil {
		return err
	}
	lines := make(chan string)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- subscriber.Follow(ctx, func(decision bulwark.Decision) error {
			word := decision.Decision
			if word == "" {
				word = "forgotten"
			}
			select {
			case lines <- decision.Tenant + "/" + decision.ImageID + " " + word:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	for left > 0 && err == nil {
		select {
		case line := <-lines:
			if len(wanted) == 0 || strings.HasPrefix(line, wanted[0]+" ") {
				fmt.Println(line)
				left--
			}
		case err = <-done:
		}
	}
	stop()
	return errors.Join(err, subscriber.Close())
}

func score(url string, names []string) error {
	var files []bulwark.File
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files = append(files, bulwark.File{Name: name, Content: content})
	}
	client := bulwark.ScoreClient{URL: url, Token: os.Getenv("BULWARK_SCORE_TOKEN")}
	scored, err := client.Score(context.Background(), files)
	for _, image := range scored {
		word := image.Decision
		if image.Problem != nil {
			word = image.Problem.Type
		}
		fmt.Println(image.ImageID, word)
	}
	return err
}

func kafka() (*sarama.Config, error) {
	config := sarama.NewConfig()
	config.ClientID = "bulwark-client"
	if user, given := os.LookupEnv("KAFKA_USERNAME"); given {
		config.Net.TLS.Enable = true
		config.Net.SASL.Enable = true
		config.Net.SASL.Mechanism = sarama.SASLTypeSCRAMSHA512
		config.Net.SASL.User = user
		config.Net.SASL.Password = os.Getenv("KAFKA_PASSWORD")
		config.Net.SASL.SCRAMClientGeneratorFunc = func() sarama.SCRAMClient { return &scramClient{} }
	}
	if file, given := os.LookupEnv("KAFKA_CA_FILE"); given {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		trusted := x509.NewCertPool()
		if !trusted.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("KAFKA_CA_FILE: no certificate in %s", file)
		}
		config.Net.TLS.Enable = true
		config.Net.TLS.Config = &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}
	}
	return config, nil
}

// scramClient lets sarama log in by xdg-go's SCRAM.
type scramClient struct{ talk *scram.ClientConversation }

func (c *scramClient) Begin(user, password, authzID string) error {
	client, err := scram.SHA512.NewClient(user, password, authzID)
	if err == nil {
		c.talk = client.NewConversation()
	}
	return err
}

func (c *scramClient) Step(challenge string) (string, error) { return c.talk.Step(challenge) }

func (c *scramClient) Done() bool { return c.talk.Done() }
