module bulwark-client

go 1.21

require (
	github.com/IBM/sarama v1.45.1
	github.com/linkedin/goavro/v2 v2.10.1
	github.com/xdg-go/scram v1.1.2
)
